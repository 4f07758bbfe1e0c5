" Rules of Tenet: comments, and the layout of `tenet fmt`.
if exists('b:did_ftplugin') | finish | endif
let b:did_ftplugin = 1

setlocal commentstring=//\ %s comments=:///,://
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal formatoptions-=t formatoptions+=croql
" `gf` on the name of a schema.
setlocal path+=Schemas suffixesadd+=.tenet,.json

let b:undo_ftplugin = 'setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< formatoptions< path< suffixesadd<'
