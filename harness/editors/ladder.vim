" Vim syntax of ladder scenarios (*.ladder) and device files (*.dut).
" Made by editors-gen from the parser's own tables; do not edit.
if exists('b:current_syntax')
  finish
endif

syntax case match
setlocal iskeyword=@,48-57,_,-
syntax match ladderComment /\(^\|\s\)\@<=#.*$/ contains=@Spell
syntax region ladderString start=/"/ skip=/\\"/ end=/"/ oneline contains=ladderTemplate,@Spell
syntax match ladderTemplate /{[^{}]*}/
syntax match ladderLabel /^\s*[A-Z][A-Z0-9_]*\ze\s/
syntax match ladderRow /^\s*\([+]\s*\)\?[A-Za-z-]\+:/
syntax match ladderArrow /->/
syntax match ladderTime /\<\d\+\(ms\|s\|T1\)\>/
syntax match ladderStatus /\<[1-6]\(\d\d\|\dx\|xx\)\>/
syntax match ladderIds /\[[a-z][a-z0-9. -]*\]/
syntax keyword ladderPhase setup test cleanup
syntax keyword ladderSeverity must should may not
syntax keyword ladderStep watch any order either when or and else end repeat verdict first last body raw again final do join wait trigger wire let note
syntax keyword ladderHead ladder flow value title role needs tags bites without timeout param dut party paper use
syntax keyword ladderDevice device address transport edition claims lacks calls answers liveness domain nameserver bind user account start known waive version timers
syntax keyword ladderModifier as on for where after within at reply no-reply until sdp via no-ack auth drop delay duplicate reorder
syntax keyword ladderCompare present absent is contains in tolerance
syntax keyword ladderMethod INVITE ACK BYE CANCEL REGISTER OPTIONS INFO PRACK UPDATE SUBSCRIBE NOTIFY REFER MESSAGE PUBLISH

highlight default link ladderPhase Structure
highlight default link ladderSeverity Statement
highlight default link ladderStep Keyword
highlight default link ladderHead PreProc
highlight default link ladderDevice PreProc
highlight default link ladderModifier Type
highlight default link ladderCompare Operator
highlight default link ladderMethod Function
highlight default link ladderComment Comment
highlight default link ladderString String
highlight default link ladderTemplate Special
highlight default link ladderLabel Label
highlight default link ladderRow Identifier
highlight default link ladderArrow Operator
highlight default link ladderTime Number
highlight default link ladderStatus Number
highlight default link ladderIds Tag

let b:current_syntax = 'ladder'
