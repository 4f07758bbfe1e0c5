"""The session itself: its beginning and end, messages that are none, requests that are cancelled or unknown."""

import asyncio
import json

from editor import PATIENCE, holds, same

PATH = "Rules/session.tenet"


class Wire:
    """A session without a library, for what a library does not send."""

    def __init__(self, editor):
        self.editor = editor

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            self.editor.tenet, "lsp", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=self.editor.folder)
        return self

    async def __aexit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    def send(self, *messages):
        self.write(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in (json.dumps(m).encode() for m in messages)))

    def write(self, data):
        self.process.stdin.write(data)

    async def read(self):
        async def message():
            length = 0
            while (line := await self.process.stdout.readline()) != b"\r\n":
                holds(line, "the server ended")
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            return json.loads(await self.process.stdout.readexactly(length))

        return await asyncio.wait_for(message(), PATIENCE)

    async def answer(self, id):
        while (message := await self.read()).get("id", "") != id:
            pass
        return message

    async def initialize(self):
        self.send(request(0, "initialize", {"processId": None, "rootUri": self.editor.folder.as_uri(), "capabilities": {}}))
        return await self.answer(0)

    async def exit_code(self):
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


def request(id, method, params=None):
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params or {}}


def notification(method, params=None):
    return {"jsonrpc": "2.0", "method": method, "params": params or {}}


async def the_server_says_what_it_can_do(editor):
    answer = await editor.start()
    same(answer.server_info.name, "tenet")
    can = answer.capabilities
    same((can.hover_provider, can.definition_provider, can.references_provider, can.document_formatting_provider), (True,) * 4)
    same((can.rename_provider.prepare_provider, can.code_action_provider.code_action_kinds), (True, ("quickfix",)))
    same((can.text_document_sync.open_close, can.text_document_sync.change), (True, 2))
    same((can.execute_command_provider.commands, can.code_lens_provider.resolve_provider), (("tenet.runTest",), False))
    holds("." in can.completion_provider.trigger_characters and '"' in can.completion_provider.trigger_characters, f"{can}")


async def the_options_say_where_rules_and_schemas_lie(editor):
    (editor.folder / "Rules").rename(editor.folder / "shop")
    (editor.folder / "Schemas").rename(editor.folder / "json")
    await editor.start(options={"rules": "shop", "schemas": "json"})
    editor.open("shop/session.tenet", "rule session.basket {\n  on orders.placed as o\n  when o.totl > 1\n}\n")
    same([m.code for m in await editor.diagnostics("shop/session.tenet")], ["TN0201"])


async def the_configuration_says_where_rules_and_schemas_lie(editor):
    (editor.folder / "Rules").rename(editor.folder / "shop")
    (editor.folder / "Schemas").rename(editor.folder / "json")
    (editor.folder / "tenet.yaml").write_text("application: shop\nregion: eu-west-1\nrules: { path: shop }\nschemas: json\n")
    await editor.start()
    editor.open("shop/session.tenet", "rule session.basket {\n  on orders.placed as o\n  when o.totl > 1\n}\n")
    same([m.code for m in await editor.diagnostics("shop/session.tenet")], ["TN0201"])


async def shutdown_and_exit_give_0(editor):
    await editor.start()
    editor.open(PATH, "rule ")
    same(await editor.end(), 0)


async def exit_without_shutdown_gives_1(editor):
    await editor.start()
    editor.client.exit(None)
    same(await editor.exit_code(), 1)


async def a_client_that_is_gone_ends_the_server_with_1(editor):
    async with Wire(editor) as wire:
        await wire.initialize()
        wire.process.stdin.close()
        same(await wire.exit_code(), 1)


async def after_shutdown_requests_are_refused(editor):
    await editor.start()
    await editor.ask(editor.client.shutdown_async(None))
    editor.texts[PATH] = "rule "
    same(await editor.refusal(editor.hover(PATH, "ru¦le")), (-32600, "the server was shut down"))
    editor.client.exit(None)
    same(await editor.exit_code(), 0)


async def before_initialize_requests_are_refused(editor):
    async with Wire(editor) as wire:
        wire.send(request(1, "textDocument/hover"))
        same((await wire.answer(1))["error"], {"code": -32002, "message": "`initialize` comes first"})
        holds("result" in await wire.initialize(), "it is not initialized")


async def an_unknown_method_and_wrong_params_are_refused(editor):
    await editor.start()
    code, message = await editor.refusal(editor.client.protocol.send_request_async("tenet/nothing", None))
    same((code, message), (-32601, "there is no `tenet/nothing`"))
    editor.texts["Rules/nothing.tenet"] = "rule "
    code, message = await editor.refusal(editor.hover("Rules/nothing.tenet", "ru¦le"))
    holds(code == -32602 and "there is no document" in message, f"{code} {message}")
    editor.client.protocol.notify("tenet/nothing", None)
    del editor.texts["Rules/nothing.tenet"]
    same((await editor.lenses("Rules/streams.tenet")), ())


async def a_request_that_is_cancelled_is_answered_so(editor):
    async with Wire(editor) as wire:
        await wire.initialize()
        symbols = request(1, "workspace/symbol", {"query": "session"})
        # All in one writing, so that the server has the cancellation when it comes to the request.
        wire.send(symbols, notification("$/cancelRequest", {"id": 1}), request(2, "workspace/symbol", {"query": "capture_timeout"}))
        same((await wire.answer(1))["error"], {"code": -32800, "message": "cancelled"})
        same([symbol["name"] for symbol in (await wire.answer(2))["result"]], ["payments.capture_timeout"])
        # One that is answered, or never was, is nobody's.
        wire.send(notification("$/cancelRequest", {"id": 2}), notification("$/cancelRequest", {"id": "x"}), request(3, "shutdown"))
        same((await wire.answer(3))["result"], None)


async def what_is_no_message_is_answered_and_the_session_goes_on(editor):
    async with Wire(editor) as wire:
        await wire.initialize()
        for broken in [b'Content-Length: 9\r\n\r\n{"a": nul', b"Content-Length: many\r\n\r\n", b"Content-Type: text\r\n\r\n"]:
            wire.write(broken)
            error = (await wire.answer(None))["error"]
            holds(error["code"] == -32700 and error["message"].startswith("this is no message: "), f"{error}")
        wire.send({"jsonrpc": "2.0", "id": 7})
        same((await wire.answer(7))["error"]["code"], -32600)
        wire.send(request(8, "shutdown"), notification("exit"))
        same((await wire.answer(8))["result"], None)
        same(await wire.exit_code(), 0)


async def a_message_may_come_byte_by_byte(editor):
    async with Wire(editor) as wire:
        body = json.dumps(request(0, "initialize", {"rootUri": None, "capabilities": {}, "über": "😀"}), ensure_ascii=False).encode()
        for byte in b"Content-Length: %d\r\n\r\n%s" % (len(body), body):
            wire.write(bytes([byte]))
            await wire.process.stdin.drain()
        same((await wire.answer(0))["result"]["serverInfo"]["name"], "tenet")


CHECKS = [
    the_server_says_what_it_can_do, the_options_say_where_rules_and_schemas_lie, the_configuration_says_where_rules_and_schemas_lie,
    shutdown_and_exit_give_0, exit_without_shutdown_gives_1, a_client_that_is_gone_ends_the_server_with_1,
    after_shutdown_requests_are_refused, before_initialize_requests_are_refused, an_unknown_method_and_wrong_params_are_refused,
    a_request_that_is_cancelled_is_answered_so, what_is_no_message_is_answered_and_the_session_goes_on, a_message_may_come_byte_by_byte,
]
