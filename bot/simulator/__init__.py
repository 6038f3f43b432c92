"""模拟微信: a WeChat platform on this machine, with phones in the browser, for the demonstration and tests.

It knows the bot only by HTTP, as WeChat does, and shares none of the bot's own wire code: callbacks are
sealed and replies opened by wechatpy, so every conversation held here is also a check of ours.
"""
