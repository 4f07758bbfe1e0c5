" Two spaces for each brace that is open, as `tenet fmt` lays out.
if exists('b:did_indent') | finish | endif
let b:did_indent = 1

setlocal indentexpr=TenetIndent(v:lnum) indentkeys=0{,0},0],0),!^F,o,O nosmartindent
let b:undo_indent = 'setlocal indentexpr< indentkeys< smartindent<'

if exists('*TenetIndent') | finish | endif
let s:continuation = '^\s*\%(exposure\>\%(\s*:\)\@!\|&&\|||\|[-+*/<>=!?]\)'

" Without what stands in quotes and comments.
function s:Code(line) abort
  return substitute(substitute(getline(a:line), '"\%(\\.\|[^"\\]\)*"', '', 'g'), '//.*', '', '')
endfunction

function TenetIndent(line) abort
  let above = prevnonblank(a:line - 1)
  if above == 0 | return 0 | endif
  let indent = indent(above)
  if s:Code(above) =~# '[{(\[]\s*$' | let indent += shiftwidth() | endif
  if s:Code(a:line) =~# '^\s*[})\]]' | let indent -= shiftwidth() | endif
  " What goes on an expression or a message stands further in.
  let [goes_on, went_on] = [s:Code(a:line) =~# s:continuation, s:Code(above) =~# s:continuation]
  if goes_on && !went_on | let indent += shiftwidth() | elseif went_on && !goes_on | let indent -= shiftwidth() | endif
  return max([indent, 0])
endfunction
