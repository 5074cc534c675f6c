# What `cmake --install` puts where. Two components: `library` (headers, libiatk.so, its CMake package
# and its pkg-config file) and `program`.
include(CMakePackageConfigHelpers)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/iatk)
install(TARGETS iatk RUNTIME COMPONENT program)
install(TARGETS iatk_shared EXPORT iatkTargets
  LIBRARY COMPONENT library NAMELINK_COMPONENT library)
install(DIRECTORY include/iatk TYPE INCLUDE COMPONENT library)
# The JSON value of the house is that of the API.
install(FILES src/iatk/json/value.h src/iatk/json/write.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/iatk/json COMPONENT library)
install(EXPORT iatkTargets NAMESPACE iatk:: DESTINATION ${package} COMPONENT library)
configure_package_config_file(cmake/iatkConfig.cmake.in ${PROJECT_BINARY_DIR}/iatkConfig.cmake
  INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/iatkConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/iatkConfig.cmake ${PROJECT_BINARY_DIR}/iatkConfigVersion.cmake
  DESTINATION ${package} COMPONENT library)
# From the file to the prefix, so that the installed tree can be moved.
file(RELATIVE_PATH IATK_PC_TO_PREFIX
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" IATK_PC_TO_PREFIX "${IATK_PC_TO_PREFIX}")
configure_file(cmake/iatk.pc.in ${PROJECT_BINARY_DIR}/iatk.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/iatk.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
