"""回调: what WeChat posts to us: verified, opened, parsed, answered; anything else is a 4xx, never a 500.

WeChat docs dev/push and dev/push/encryption; WeCom path 90930. Signatures are checked here and nowhere else.
"""

import time
from dataclasses import dataclass

from aiohttp import web

from bot.core.telemetry import ANSWER_SECONDS, REJECTED, log
from bot.inbound.pipeline import Pipeline
from bot.wechat.envelope import BadEnvelope, Envelope, Opened
from bot.wechat.markup import Format, Malformed, Reason
from bot.wechat.push import SUCCESS, TEXT_LIMIT, fit, parse, text_reply
from storage.people import Account, Platform


@dataclass(frozen=True)
class Callback:
    """One account's callback address, for checking (GET) and for pushes (POST).

    `plain` accepts and answers unencrypted pushes (明文模式); otherwise they are refused, since nothing protects
    their bodies.
    """

    platform: Platform
    envelope: Envelope
    pipeline: Pipeline
    plain: bool = False

    async def check(self, request: web.Request) -> web.Response:
        """接入验证: prove to the platform that we know the token; WeCom's echo is sealed, WeChat's is not."""
        query = request.query
        try:
            timestamp, nonce, echo = query["timestamp"], query["nonce"], query["echostr"]
            if self.platform is Platform.WECOM:
                body = self.envelope.open_encrypted(echo, query["msg_signature"], timestamp, nonce).plaintext
            else:
                self.envelope.verify_url(query["signature"], timestamp, nonce)
                body = echo.encode()
        except (Malformed, KeyError) as error:
            return self._refuse(error)
        return web.Response(body=body, content_type="text/plain")

    async def push(self, request: web.Request) -> web.Response:
        """Hear one delivery and give its reply, or `success`; status 200 exactly, or WeChat shows a fault."""
        start = time.perf_counter()
        try:
            opened = self._open(await request.read(), request)
            push = parse(opened.plaintext)
        except (Malformed, KeyError, web.RequestPayloadError) as error:
            return self._refuse(error)
        account = Account(self.platform, push.sender)
        reply = await self.pipeline.hear(account, push, opened.plaintext)
        ANSWER_SECONDS.labels(self.platform).observe(time.perf_counter() - start)
        if reply is None:
            return web.Response(body=SUCCESS, content_type="text/plain")
        now = int(time.time())
        shown, _ = fit(reply, TEXT_LIMIT)
        body = text_reply(push.sender, push.to, now, shown, push.format)
        if not self._is_plain(request):
            body = self.envelope.seal(body, request.query["nonce"], now, opened.key_index, opened.format)
        json = (push.format if self._is_plain(request) else opened.format) is Format.JSON
        return web.Response(body=body, content_type="application/json" if json else "application/xml")

    def _open(self, body: bytes, request: web.Request) -> Opened:
        query = request.query
        if self._is_plain(request):
            if not self.plain:
                raise BadEnvelope(Reason.WRONG_SIGNATURE)
            self.envelope.verify_url(query["signature"], query["timestamp"], query["nonce"])
            return Opened(body, 0, Format.XML)
        return self.envelope.open(body, query["msg_signature"], query["timestamp"], query["nonce"])

    def _is_plain(self, request: web.Request) -> bool:
        """公众号 pushes say `encrypt_type=aes` when they are sealed; WeCom's always are."""
        return self.platform is Platform.WECHAT and request.query.get("encrypt_type", "raw") == "raw"

    def _refuse(self, error: Malformed | KeyError | web.RequestPayloadError) -> web.Response:
        match error:
            case Malformed():
                reason = str(error.reason)
            case KeyError():
                reason = "missing_parameter"
            case _:
                # The body says it is compressed and is not; WeChat never compresses.
                reason = "unreadable_body"
        REJECTED.labels(self.platform, reason).inc()
        log.warning("callback.refused", platform=str(self.platform), reason=reason)
        answer = web.Response(status=403 if reason == Reason.WRONG_SIGNATURE else 400, text=reason)
        if isinstance(error, web.RequestPayloadError):
            # Where the next request would begin is not known any more.
            answer.force_close()
        return answer
