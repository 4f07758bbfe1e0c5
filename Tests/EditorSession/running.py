"""The lens over a test: it runs the test, and says how it ended."""

from editor import holds, same
from lsprotocol import types as lsp

PATH = "Rules/session.tenet"
TEXT = """rule session.basket {
  on orders.placed as o
  when o.total > 10
  violation "much"
}

test "a large basket" {
  at 10:00  new_order { total: 11.00 }
  expect session.basket { message: "much" }
}

test "a small basket" {
  at 10:00  new_order { total: 9.00 }
  expect session.basket
}
"""


def titles(lenses):
    return [(lens.range.start.line, lens.command.title) for lens in lenses]


async def a_lens_on_each_test_runs_it(editor):
    await editor.start()
    editor.open(PATH, TEXT)
    lenses = await editor.lenses(PATH)
    same(titles(lenses), [(6, "run test"), (11, "run test")])
    same(lenses[0].command.arguments, (editor.uri(PATH), "a large basket"))
    answer = await editor.execute(lenses[0].command)
    same(answer, {"title": "a large basket", "outcome": "passed", "failures": []})
    await editor.until("the lenses are to be asked for again", lambda: "refresh" in editor.asked)
    same(titles(await editor.lenses(PATH)), [(6, "run test"), (6, "passed"), (11, "run test")])
    same(editor.said, [])


async def a_test_that_fails_is_a_mistake_at_the_line_that_fails(editor):
    await editor.start()
    editor.open(PATH, TEXT)
    same(await editor.diagnostics(PATH), [])
    answer = await editor.execute((await editor.lenses(PATH))[1].command)
    same((answer["outcome"], len(answer["failures"])), ("failed", 1))
    uri = editor.uri(PATH)
    await editor.until("a mistake", lambda: editor.mistakes[uri][1])
    mistake = editor.mistakes[uri][1][0]
    same((mistake.range.start.line, mistake.source, mistake.severity), (13, "tenet test", lsp.DiagnosticSeverity.Error))
    same(mistake.message, "expected 1 open, there are 0\n- no violation of session.basket was said")
    same([said.split("\n")[0] for said in editor.said], ["a small basket: failed: expected 1 open, there are 0"])
    # The next key typed takes it away.
    editor.type(PATH, "total: 9¦.00", "9")
    same(await editor.diagnostics(PATH), [])
    same(titles(await editor.lenses(PATH)), [(6, "run test"), (11, "run test")])
    same((await editor.execute((await editor.lenses(PATH))[1].command))["outcome"], "passed")


async def the_tests_of_the_repository_pass_as_tenet_test_says(editor):
    await editor.start()
    outcomes = []
    for path in editor.files():
        for lens in await editor.lenses(path):
            answer = await editor.execute(lens.command)
            holds(answer["outcome"] in ("passed", "skipped"), f"{path}: {answer}")
            outcomes.append(answer["outcome"])
    titles = [line for path in editor.files() for line in editor.text(path).split("\n") if line.startswith("test ")]
    same(len(outcomes), len(titles))
    code, said = await editor.run("test", "Rules")
    last = said.strip().split("\n")[-1]
    holds(code == 0 and " 0 failed" in last and ("skipped" in last) == ("skipped" in outcomes), f"{outcomes}: {last}")


async def a_test_of_rules_with_mistakes_is_not_run(editor):
    await editor.start()
    editor.open(PATH, TEXT.replace("o.total", "o.totl"))
    lenses = await editor.lenses(PATH)
    same(await editor.refusal(editor.execute(lenses[0].command)), (-32803, "the rules have mistakes: no test was run"))
    same(editor.said, ["the rules have mistakes: no test was run"])


async def a_test_that_is_gone_is_not_run(editor):
    await editor.start()
    editor.open(PATH, TEXT)
    command = (await editor.lenses(PATH))[0].command
    editor.type(PATH, 'test "a large¦ basket"', "r")
    code, message = await editor.refusal(editor.execute(command))
    holds(code == -32803 and message.startswith('there is no test "a large basket"'), message)


CHECKS = [
    a_lens_on_each_test_runs_it, a_test_that_fails_is_a_mistake_at_the_line_that_fails,
    the_tests_of_the_repository_pass_as_tenet_test_says, a_test_of_rules_with_mistakes_is_not_run, a_test_that_is_gone_is_not_run,
]
