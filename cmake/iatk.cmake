# The two declaration forms of the build: a library with its explicit sources and dependencies, and
# the one test program beside it.

# iatk_library(NAME json SRCS parse.cc … DEPS iatk::base …): a static library iatk::<NAME>.
function(iatk_library)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  set(target iatk_${ARG_NAME})
  if(ARG_SRCS)
    add_library(${target} STATIC ${ARG_SRCS})
    target_link_libraries(${target} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} iatk::options)
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${ARG_DEPS} ${ARG_PRIVATE_DEPS})
  endif()
  add_library(iatk::${ARG_NAME} ALIAS ${target})
endfunction()

# iatk_test(NAME json_test SRCS json_test.cc … DEPS iatk::json …): a GoogleTest program whose tests
# ctest runs. Tests read IATK_CONFORMANCE_DIR, the folder of recorded answers, and skip without it.
function(iatk_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SRCS;DEPS" ${ARGN})
  if(NOT IATK_BUILD_TESTS)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${ARG_NAME} ${ARG_SRCS})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main iatk::options)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} --gtest_brief=1)
  set_tests_properties(${ARG_NAME} PROPERTIES
    TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "IATK_CONFORMANCE_DIR=${IATK_CONFORMANCE_DIR};IATK_SOURCE_DIR=${PROJECT_SOURCE_DIR};IATK_BINARY_DIR=${PROJECT_BINARY_DIR}")
endfunction()

# iatk_fuzz(NAME json_fuzz SRCS json_fuzz.cc DEPS iatk::json): a libFuzzer target; built with Clang
# and -DIATK_BUILD_FUZZERS=ON.
function(iatk_fuzz)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;DEPS" ${ARGN})
  if(NOT IATK_BUILD_FUZZERS)
    return()
  endif()
  add_executable(${ARG_NAME} ${ARG_SRCS})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} iatk::options)
  target_link_options(${ARG_NAME} PRIVATE -fsanitize=fuzzer)
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/embed.cmake)
