-- Neovim 0.11 and later: `vim.lsp.enable('tenet')`.
return {
  cmd = { 'tenet', 'lsp' },
  filetypes = { 'tenet' },
  root_markers = { { 'tenet.yaml', 'Rules' }, '.git' },
}
