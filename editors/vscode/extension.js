// Starts `tenet lsp`, and starts it again when its settings change.
const { commands, window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

async function start() {
  const settings = workspace.getConfiguration('tenet');
  const options = {};
  // What is empty is left to tenet.yaml and the defaults.
  for (const name of ['rules', 'schemas']) if (settings.get(name)) options[name] = settings.get(name);
  const command = settings.get('path') || 'tenet';
  client = new LanguageClient('tenet', 'Tenet', { command, args: ['lsp'] }, {
    documentSelector: [{ language: 'tenet' }],
    initializationOptions: options,
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const chosen = await window.showErrorMessage(`\`${command} lsp\` cannot be started: ${error.message ?? error}`, 'Settings');
    if (chosen) commands.executeCommand('workbench.action.openSettings', 'tenet.path');
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

exports.activate = async context => {
  context.subscriptions.push(
    commands.registerCommand('tenet.restart', restart),
    workspace.onDidChangeConfiguration(event => {
      if (['tenet.path', 'tenet.rules', 'tenet.schemas'].some(name => event.affectsConfiguration(name))) restart();
    }));
  await start();
};

exports.deactivate = stop;
