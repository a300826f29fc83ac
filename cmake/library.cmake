# The library as outside projects see it: unetns::unetns, of all layers from base/ to api/ in one file, with the headers of
# include/unetns. Static, or shared with -DBUILD_SHARED_LIBS=ON.
include(CMakePackageConfigHelpers)
include(${PROJECT_SOURCE_DIR}/cmake/core_headers.cmake)

set(PUBLIC_HEADERS ${CMAKE_BINARY_DIR}/public)
file(GLOB INTERFACE_HEADERS CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/unetns/*.h)
set(CORE_HEADERS ${UNETNS_CORE_HEADERS})
list(TRANSFORM CORE_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/src/)
add_custom_command(OUTPUT ${PUBLIC_HEADERS}/stamp
  COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DOUT=${PUBLIC_HEADERS} -P ${PROJECT_SOURCE_DIR}/cmake/public_headers.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${PUBLIC_HEADERS}/stamp
  DEPENDS ${INTERFACE_HEADERS} ${CORE_HEADERS} ${PROJECT_SOURCE_DIR}/cmake/public_headers.cmake
          ${PROJECT_SOURCE_DIR}/cmake/core_headers.cmake)
add_custom_target(public_headers ALL DEPENDS ${PUBLIC_HEADERS}/stamp)

set(OBJECTS)
foreach(LAYER base env nlmsg packet netns netdev inet link socket netlink vfs machine host api)
  list(APPEND OBJECTS $<TARGET_OBJECTS:unetns_${LAYER}>)
endforeach()
add_library(libunetns ${OBJECTS})
add_library(unetns::unetns ALIAS libunetns)
add_dependencies(libunetns public_headers)
set_target_properties(libunetns PROPERTIES OUTPUT_NAME unetns EXPORT_NAME unetns LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_compile_features(libunetns INTERFACE cxx_std_23)
target_include_directories(libunetns INTERFACE
  $<BUILD_INTERFACE:${PUBLIC_HEADERS}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(libunetns PUBLIC fmt::fmt ${ABSL})

install(TARGETS libunetns EXPORT unetns
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
install(DIRECTORY ${PUBLIC_HEADERS}/unetns DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
set(PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/unetns)
install(EXPORT unetns NAMESPACE unetns:: FILE unetns-targets.cmake DESTINATION ${PACKAGE_DIR} COMPONENT library)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/unetns-config.cmake.in ${CMAKE_BINARY_DIR}/unetns-config.cmake
  INSTALL_DESTINATION ${PACKAGE_DIR})
# Before 1.0 every minor version may change the interface.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/unetns-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/unetns-config.cmake ${CMAKE_BINARY_DIR}/unetns-config-version.cmake
  DESTINATION ${PACKAGE_DIR} COMPONENT library)
file(RELATIVE_PATH PC_UP /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)  # so that the whole tree may be moved
configure_file(${PROJECT_SOURCE_DIR}/cmake/unetns.pc.in ${CMAKE_BINARY_DIR}/unetns.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/unetns.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
