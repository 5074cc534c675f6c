# Files that travel inside the program.

# iatk_embed(NAME cfn_worker FILES sam_worker.py …): a static library iatk::<NAME> with the bytes of
# the files. `#include "iatk/embed/<NAME>.h"` declares one constant a file, named after it:
#   sam_worker.py -> extern const std::string_view iatk::embed::kSamWorkerPy;
# Runs at build time: a changed file is embedded anew without configuring again.
function(iatk_embed)
  cmake_parse_arguments(ARG "" "NAME" "FILES" ${ARGN})
  set(folder ${PROJECT_BINARY_DIR}/generated/iatk/embed)
  set(files)
  foreach(file IN LISTS ARG_FILES)
    get_filename_component(path ${file} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND files ${path})
  endforeach()
  list(JOIN files "|" joined)
  add_custom_command(
    OUTPUT ${folder}/${ARG_NAME}.h ${folder}/${ARG_NAME}.cc
    COMMAND ${CMAKE_COMMAND} -DNAME=${ARG_NAME} -DFOLDER=${folder} "-DFILES=${joined}"
      -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    COMMENT "Embedding ${ARG_NAME}"
    VERBATIM)
  # Whoever links the library compiles after its header was written.
  add_library(iatk_${ARG_NAME} STATIC ${folder}/${ARG_NAME}.cc ${folder}/${ARG_NAME}.h)
  target_include_directories(iatk_${ARG_NAME} PUBLIC ${PROJECT_BINARY_DIR}/generated)
  add_library(iatk::${ARG_NAME} ALIAS iatk_${ARG_NAME})
endfunction()
