# A toolchain file: the oldest Clang here that compiles this code (16 or newer), for libFuzzer. Where there is none, the
# compiler stays the default one.
find_program(UNETNS_CLANG NAMES clang-16 clang-17 clang-18 clang-19 clang-20 clang-21)
if(UNETNS_CLANG AND NOT DEFINED ENV{CXX})
  string(REGEX REPLACE "clang(-[0-9]+)$" "clang++\\1" UNETNS_CLANGXX "${UNETNS_CLANG}")
  if(EXISTS "${UNETNS_CLANGXX}")
    set(CMAKE_C_COMPILER "${UNETNS_CLANG}")
    set(CMAKE_CXX_COMPILER "${UNETNS_CLANGXX}")
  endif()
endif()
