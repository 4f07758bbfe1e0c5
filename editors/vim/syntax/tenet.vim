" Rules of Tenet. A word is a keyword only where the grammar asks for one: after a dot it is a field, before a colon a member.
if exists('b:current_syntax') | finish | endif

syn iskeyword @,48-57,_

" What begins a declaration, at the margin; a param may stand in a rule.
syn match tenetDeclaration /^\s*\zs\%(stream\|table\|hours\|let\|param\|fixture\|rule\|lifecycle\|kpi\|test\)\>\ze\s/ nextgroup=tenetName skipwhite
syn match tenetDeclaration /\<param\>\ze\s\+\h\w*\s\+\h\w*/ nextgroup=tenetName skipwhite
syn match tenetName /\h\w*\%(\.\h\w*\)*/ contained

" What begins a clause.
syn match tenetClause /\%([.`]\)\@1<!\<\%(topic\|schema\|kind\|kinds\|key\|time\|id\|partitioner\|disorder\|delay\|skew\|lateness\|keep\|max_rows\|zone\|open\|closed\)\>\%(\s*[:.(=]\)\@!\ze\s\+["`{[:alnum:]_]/
syn match tenetClause /[.`]\@1<!\<\%(by\|on\|with\|expect\|then\|forbid\|unless\|over\|when\|where\|correct\|state\|end\|measure\|target\|emit\|fill\|default\|given\|at\|after\)\>\%(\s*[:.([]\)\@!/
syn match tenetClause /[.`]\@1<!\<region\>\ze\s*"/
syn match tenetClause /\<cases\>\ze\s*(/
syn match tenetNote /[.`]\@1<!\<\%(severity\|else\|owner\|runbook\|tags\|mode\|scope\|effective\|suppress\|remember\|start\|was\|allow\|violation\)\>\%(\s*[:.([]\)\@!/
syn match tenetWord /[.`]\@1<!\<\%(as\|or\|all\|first\|last\|within\|before\|around\|due\|most\|counting\|every\|gap\|max\|once\|from\|retain\|exposure\|to\|in\|no\|dated\|arrives\|partition\|passes\|rules\|lags\|catches\|up\|deleted\)\>\%(\s*[:.([]\)\@!/
syn match tenetWord /\<time\>\ze\s\+passes\>/
syn match tenetWord /\<rules\>\ze\s\+start\>/

" Words that are one of few.
syn match tenetConstant /[.`]\@1<!\<\%(true\|false\|null\)\>\%(\s*[:.([]\)\@!/
syn match tenetConstant /\%(\<severity\s\+\|\<else\s\+\|,\s\+\)\@20<=\<\%(info\|low\|medium\|high\|critical\)\>/
syn match tenetConstant /\%(\<mode\s\+\)\@20<=\<\%(active\|shadow\|quiet\|off\)\>/
syn match tenetConstant /\%(\<scope\s\+\)\@20<=\<\%(region\|local\|global\)\>/
syn match tenetConstant /\%(\<start\s\+\)\@20<=\<\%(now\|earliest\)\>/
syn match tenetConstant /\%(\<partitioner\s\+\)\@20<=\<\%(murmur2\|crc32\)\>/
syn match tenetConstant /\%(\<over\s\+\)\@20<=\<\%(sliding\|tumbling\|hopping\|session\|calendar\|all\)\>/
syn match tenetConstant /\%(\<calendar\s\+\)\@20<=\<\%(hour\|day\|week\|month\)\>/
syn match tenetConstant /\%(\<\%(open\|to\)\s\+\)\@20<=\<\%(mon\|tue\|wed\|thu\|fri\|sat\|sun\)\>/
syn match tenetConstant /[.`]\@1<!\<\%(resolved\|withdrawn\|undetermined\|waiting\|revoked\)\>\%(\s*[:.([]\)\@!/
syn match tenetConstant /\%(\<arrives\s\+\)\@20<=\<late\>/
syn match tenetCode /\<TN\d\{4}\>/

" Kinds of event, after the words that name them.
syn match tenetEvent /\%(\<\%(on\|or\|with\|all\|first\|last\|expect\|then\|forbid\|unless\|correct\|from\|no\)\s\+\)\@20<=\h\w*\.\h\w*\%(\.\h\w*\)*\>\ze\%(\s*(\)\@!/
syn match tenetEvent /\%(\d\d:\d\d\S*\s\+\)\@30<=\h\w*\.\h\w*\>/

syn match tenetFunction /\<\h\w*\ze(/
syn match tenetMember /[.`"]\@1<!\<\h\w*\%(\.\h\w*\)*\ze\s*:/
syn match tenetOperator /&&\|||\|==\|!=\|<=\|>=\|->\|[-+*\/%<>!?|=]/

syn match tenetNumber /\<\%(0[xX]\x\+\|\d\+\)[uU]\?\>/
syn match tenetNumber /\<\d\+\.\d\+\%([eE][-+]\?\d\+\)\?\>/
syn match tenetDuration /\<\%(\d\+\%(ms\|[smhdw]\)\)\+\>/
syn match tenetDate /\<\d\{4}-\d\d-\d\d\>/
syn match tenetDate /\<\d\d:\d\d\%(:\d\d\%(\.\d\+\)\?\)\?\>/

syn match tenetEscape /\\./ contained
syn region tenetString start=/\<[bB]\?"\|"/ skip=/\\./ end=/"/ oneline contains=tenetEscape
syn region tenetString start=/'/ skip=/\\./ end=/'/ oneline contains=tenetEscape
syn region tenetString start=/\<[rR]"/ end=/"/ oneline
syn region tenetString start=/"""/ end=/"""/
syn match tenetQuoted /`[^`]*`/

" Only the text of a violation holds expressions.
syn region tenetMessage start=/\%(\<violation\s*\)\@20<="/ skip=/\\./ end=/"/ oneline contains=tenetEscape,tenetBrace,tenetHole
syn cluster tenetExpression contains=tenetFunction,tenetMember,tenetOperator,tenetNumber,tenetDuration,tenetString,tenetQuoted,tenetConstant,tenetWord,tenetNested
syn match tenetBrace /{{\|}}/ contained
syn region tenetHole matchgroup=tenetDelimiter start=/{{\@!/ end=/}/ oneline contained contains=@tenetExpression
syn region tenetNested start=/{/ end=/}/ oneline contained contains=@tenetExpression

syn keyword tenetTodo TODO FIXME contained
syn match tenetComment +//.*$+ contains=tenetTodo,@Spell
syn match tenetDocumentation +///.*$+ contains=tenetTodo,@Spell

syn sync match tenetSync grouphere NONE /^\%(stream\|table\|hours\|let\|param\|fixture\|rule\|lifecycle\|kpi\|test\)\>/
syn sync minlines=50

hi def link tenetDeclaration Structure
hi def link tenetName Identifier
hi def link tenetClause Statement
hi def link tenetNote PreProc
hi def link tenetWord Keyword
hi def link tenetConstant Constant
hi def link tenetCode Constant
hi def link tenetEvent Type
hi def link tenetFunction Function
hi def link tenetMember Identifier
hi def link tenetOperator Operator
hi def link tenetNumber Number
hi def link tenetDuration Number
hi def link tenetDate Number
hi def link tenetString String
hi def link tenetMessage String
hi def link tenetEscape SpecialChar
hi def link tenetBrace SpecialChar
hi def link tenetDelimiter Delimiter
hi def link tenetQuoted Identifier
hi def link tenetTodo Todo
hi def link tenetComment Comment
hi def link tenetDocumentation SpecialComment

let b:current_syntax = 'tenet'
