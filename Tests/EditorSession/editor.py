"""An editor as the server sees one: a folder with rules, open documents, and what the server has said of them."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

# Nothing takes so long; a wait that ends by this is a failure.
PATIENCE = 60


class Failure(Exception):
    """What an answer is, where it should be something else."""


def same(found, wanted, of=""):
    if found == wanted:
        return
    said = f"found {found!r}, wanted {wanted!r}"
    if isinstance(found, list) and len(said) > 400:
        said = f"it has besides {[one for one in found if one not in wanted]}, and lacks {[one for one in wanted if one not in found]}"
    raise Failure(f"{of}{': ' if of else ''}{said}")


def holds(condition, why):
    if not condition:
        raise Failure(why)


class Editor:
    """A session with a server of its own, on a copy of the rules and schemas."""

    def __init__(self, tenet, rules, schemas):
        self.tenet = tenet
        self.folder = Path(tempfile.mkdtemp(prefix="editor-session-")).resolve()
        shutil.copytree(rules, self.folder / "Rules")
        shutil.copytree(schemas, self.folder / "Schemas")
        self.texts, self.versions, self.mistakes, self.said, self.asked = {}, {}, {}, [], []
        self.waiting = []
        self.client = LanguageClient("editor-session", "1")
        self.hear(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, self.published)
        self.hear(lsp.WINDOW_SHOW_MESSAGE, lambda params: self.said.append(params.message))
        self.hear(lsp.CLIENT_REGISTER_CAPABILITY, self.asked.append)
        self.hear(lsp.WORKSPACE_CODE_LENS_REFRESH, lambda _: self.asked.append("refresh"))

    # What the server says by itself

    def hear(self, method, take):
        @self.client.feature(method)
        def heard(params):
            take(params)
            for is_true, future in self.waiting:
                if not future.done() and is_true():
                    future.set_result(None)

    def published(self, params):
        self.mistakes[params.uri] = (params.version, list(params.diagnostics))

    async def until(self, what, is_true):
        if is_true():
            return
        waiter = (is_true, asyncio.get_running_loop().create_future())
        self.waiting.append(waiter)
        try:
            await asyncio.wait_for(waiter[1], PATIENCE)
        except asyncio.TimeoutError:
            raise Failure(f"{what} did not happen in {PATIENCE} s; the server said {self.said}, {self.mistakes}") from None
        finally:
            self.waiting.remove(waiter)

    # The session

    async def start(self, options=None, encodings=None):
        await self.client.start_io(self.tenet, "lsp")
        capabilities = lsp.ClientCapabilities(
            general=lsp.GeneralClientCapabilities(position_encodings=encodings),
            workspace=lsp.WorkspaceClientCapabilities(
                code_lens=lsp.CodeLensWorkspaceClientCapabilities(refresh_support=True),
                did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)),
            text_document=lsp.TextDocumentClientCapabilities(
                publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(related_information=True)))
        root = self.folder.as_uri()
        answer = await self.ask(self.client.initialize_async(lsp.InitializeParams(
            process_id=None, root_uri=root, capabilities=capabilities, initialization_options=options,
            workspace_folders=[lsp.WorkspaceFolder(root, "shop")])))
        self.client.initialized(lsp.InitializedParams())
        return answer

    async def end(self):
        """Says good-bye, and gives the exit code."""
        await self.ask(self.client.shutdown_async(None))
        self.client.exit(None)
        return await self.exit_code()

    async def exit_code(self):
        return await asyncio.wait_for(self.client._server.wait(), PATIENCE)

    async def close(self):
        server = self.client._server
        if server and server.returncode is None:
            server.kill()
        await self.client.stop()
        shutil.rmtree(self.folder)

    async def ask(self, request):
        return await asyncio.wait_for(request, PATIENCE)

    async def refusal(self, request):
        """The error that a request ends in."""
        try:
            answer = await self.ask(request)
        except Failure:
            raise
        except Exception as error:
            return getattr(error, "code", None), str(getattr(error, "message", error))
        raise Failure(f"it was answered: {answer!r}")

    # Documents

    def uri(self, path):
        return (self.folder / path).as_uri()

    def document(self, path):
        return lsp.TextDocumentIdentifier(self.uri(path))

    def text(self, path):
        return self.texts[path] if path in self.texts else (self.folder / path).read_text()

    def open(self, path, text=None):
        """Opens a file, with what is on the disk or another text."""
        self.texts[path] = self.text(path) if text is None else text
        self.versions[path] = 1
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(
            lsp.TextDocumentItem(self.uri(path), "tenet", 1, self.texts[path])))

    def shut(self, path):
        del self.texts[path]
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(self.document(path)))

    def offset(self, path, marked):
        """Of the ¦ in a piece of the text that stands there once."""
        before, after = marked.split("¦")
        count = self.text(path).count(before + after)
        holds(count == 1, f"`{before + after}` stands {count} times in {path}")
        return self.text(path).index(before + after) + len(before)

    def position(self, path, offset):
        lines = self.text(path)[:offset].split("\n")
        return lsp.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)

    def at(self, path, marked):
        return self.position(path, self.offset(path, marked))

    def replace(self, path, start, end, new):
        """Types into an open document: one incremental change."""
        text = self.text(path)
        change = lsp.TextDocumentContentChangePartial(
            range=lsp.Range(self.position(path, start), self.position(path, end)), text=new)
        self.texts[path] = text[:start] + new + text[end:]
        self.versions[path] += 1
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(self.versions[path], self.uri(path)), [change]))

    def type(self, path, marked, new):
        at = self.offset(path, marked)
        self.replace(path, at, at, new)

    def apply(self, path, edits):
        """Puts an answer's edits into the text, from the last to the first."""
        starts = [0]
        for line in self.text(path).split("\n"):
            starts.append(starts[-1] + len(line) + 1)

        def place(position):
            line = self.text(path)[starts[position.line]:]
            return starts[position.line] + len(line.encode("utf-16-le")[:2 * position.character].decode("utf-16-le"))

        spans = sorted(((place(edit.range.start), place(edit.range.end), edit.new_text) for edit in edits), reverse=True)
        for start, end, new in spans:
            self.replace(path, start, end, new)

    def apply_all(self, edit):
        """A change of several files: those that are not open are changed on the disk."""
        names = {self.uri(path): path for path in [*self.files(), *self.texts]}
        for uri, edits in edit.changes.items():
            path = names[uri]
            if path not in self.texts:
                self.open(path)
            self.apply(path, edits)
        return sorted(names[uri] for uri in edit.changes)

    def files(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*.tenet"))

    async def diagnostics(self, path):
        """What is wrong with a document as it now stands."""
        uri, version = self.uri(path), self.versions.get(path)
        await self.until(f"an answer to version {version} of {path}", lambda: self.mistakes.get(uri, (0,))[0] == version)
        return self.mistakes[uri][1]

    async def save(self):
        """Writes what is open to the disk, as `tenet check` reads it."""
        for path, text in self.texts.items():
            (self.folder / path).write_text(text)

    async def run(self, *arguments):
        """Another verb of `tenet` in the folder: its exit code and what it said."""
        process = await asyncio.create_subprocess_exec(
            self.tenet, *arguments, cwd=self.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        return process.returncode, output.decode()

    # Questions

    async def hover(self, path, marked):
        answer = await self.ask(self.client.text_document_hover_async(lsp.HoverParams(self.document(path), self.at(path, marked))))
        return answer and answer.contents.value

    async def completion(self, path, marked):
        return (await self.ask(self.client.text_document_completion_async(
            lsp.CompletionParams(self.document(path), self.at(path, marked))))).items

    async def labels(self, path, marked):
        return [item.label for item in await self.completion(path, marked)]

    async def definition(self, path, marked):
        return self.places(await self.ask(self.client.text_document_definition_async(
            lsp.DefinitionParams(self.document(path), self.at(path, marked)))))

    async def references(self, path, marked, declaration=True):
        return self.places(await self.ask(self.client.text_document_references_async(
            lsp.ReferenceParams(lsp.ReferenceContext(declaration), self.document(path), self.at(path, marked)))))

    def places(self, locations):
        """`Rules/streams.tenet:4 orders` of each: its file, its line from 1, and what stands there."""
        names = {self.uri(str(path.relative_to(self.folder))): str(path.relative_to(self.folder))
                 for path in self.folder.rglob("*") if path.is_file()}
        found = []
        for location in locations or []:
            path, range = names[location.uri], location.range
            line = self.text(path).split("\n")[range.start.line]
            found.append(f"{path}:{range.start.line + 1} {line[range.start.character:range.end.character]}")
        return found

    async def actions(self, path, marked):
        place = self.at(path, marked)
        return await self.ask(self.client.text_document_code_action_async(lsp.CodeActionParams(
            self.document(path), lsp.Range(place, place), lsp.CodeActionContext([]))))

    async def lenses(self, path):
        return await self.ask(self.client.text_document_code_lens_async(lsp.CodeLensParams(self.document(path))))

    async def execute(self, command):
        return await self.ask(self.client.workspace_execute_command_async(
            lsp.ExecuteCommandParams(command=command.command, arguments=command.arguments)))
