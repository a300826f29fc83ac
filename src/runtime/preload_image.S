/* The preloaded library, as bytes of this program. */
  .section .rodata
  .global unetns_preload_begin
  .global unetns_preload_end
  .balign 16
unetns_preload_begin:
  .incbin UNETNS_PRELOAD_FILE
unetns_preload_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
