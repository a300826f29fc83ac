/* The preloaded libraries, as bytes of this program. */
  .section .rodata
  .global unetns_carrier_begin
  .global unetns_carrier_end
  .global unetns_accelerator_begin
  .global unetns_accelerator_end
  .balign 16
unetns_carrier_begin:
  .incbin UNETNS_CARRIER_FILE
unetns_carrier_end:
  .balign 16
unetns_accelerator_begin:
  .incbin UNETNS_ACCELERATOR_FILE
unetns_accelerator_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
