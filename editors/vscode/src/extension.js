// Starts `bevara lsp` for the programme that is open.

const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = async () => {
  const command = workspace.getConfiguration('bevara').get('path', 'bevara');
  const pattern = '**/{bevara.yaml,content/**/*.{md,yaml},contacts/**/*.yaml,templates/**/*}';
  client = new LanguageClient(
    'bevara',
    { command, args: ['lsp'] },
    {
      documentSelector: [{ scheme: 'file', pattern }],
      synchronize: { fileEvents: workspace.createFileSystemWatcher(pattern) },
    },
  );
  await client.start();
};

exports.deactivate = () => client?.stop();
