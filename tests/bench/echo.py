"""The yardstick: an aiohttp server that only decrypts, parses, echoes and encrypts, all with wechatpy."""

import sys

import uvloop
from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from tests.wechat import OFFICIAL

_crypto = WeChatCrypto(OFFICIAL.token, OFFICIAL.aes_key, OFFICIAL.app_id)


async def push(request: web.Request) -> web.Response:
    """Say back what was said."""
    query = request.query
    body = await request.read()
    xml = _crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    message = parse_message(xml)
    reply = TextReply(content=message.content, message=message).render()
    sealed = _crypto.encrypt_message(reply, query["nonce"], query["timestamp"])
    return web.Response(text=sealed, content_type="application/xml")


def main() -> None:
    """Serve on the port given."""
    app = web.Application()
    app.router.add_post("/wechat", push)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
