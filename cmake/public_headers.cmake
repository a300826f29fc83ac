# Run with cmake -P: the headers as they are installed. ROOT: of the project; OUT: a folder.
#
# The interface is include/unetns. What it needs of src/ becomes public too, as unetns/core/…: LISTS names just these headers, and an include
# of any other fails here. In the tree headers include each other by path from src/ or include/; outside as <unetns/…>.
cmake_minimum_required(VERSION 3.22)
include(${ROOT}/cmake/core_headers.cmake)
file(GLOB INTERFACE RELATIVE ${ROOT}/include ${ROOT}/include/unetns/*.h)

function(publish FROM TO)
  file(READ ${FROM} TEXT)
  string(REGEX MATCHALL "#include \"[^\"]+\"" INCLUDES "${TEXT}")
  foreach(LINE ${INCLUDES})
    string(REGEX REPLACE "#include \"(.*)\"" "\\1" HEADER "${LINE}")
    if(HEADER MATCHES "^unetns/")
      string(REPLACE "${LINE}" "#include <${HEADER}>" TEXT "${TEXT}")
    elseif(HEADER IN_LIST UNETNS_CORE_HEADERS)
      string(REPLACE "${LINE}" "#include <unetns/core/${HEADER}>" TEXT "${TEXT}")
    elseif(HEADER MATCHES "^absl/")
    else()
      message(FATAL_ERROR "${FROM} is public and includes ${HEADER}, which is not in cmake/core_headers.cmake")
    endif()
  endforeach()
  file(CONFIGURE OUTPUT ${TO} CONTENT "${TEXT}" @ONLY)
endfunction()

foreach(HEADER ${INTERFACE})
  publish(${ROOT}/include/${HEADER} ${OUT}/${HEADER})
endforeach()
foreach(HEADER ${UNETNS_CORE_HEADERS})
  publish(${ROOT}/src/${HEADER} ${OUT}/unetns/core/${HEADER})
endforeach()
