"""微信报文: WeChat's and WeCom's own formats, pure: no network, no clock, nothing of ours."""
