autocmd BufNewFile,BufRead *.ladder,*.dut setfiletype ladder
