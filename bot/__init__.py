"""帮扶通: a message bot for household assistance on WeChat and WeCom."""
