# The build step of iatk_embed (embed.cmake): writes FOLDER/NAME.h and FOLDER/NAME.cc, which hold
# the bytes of FILES (separated by "|").

string(REPLACE "|" ";" FILES "${FILES}")
set(declarations)
set(definitions)
foreach(file IN LISTS FILES)
  get_filename_component(base "${file}" NAME)
  string(REGEX MATCHALL "[A-Za-z0-9]+" words "${base}")
  set(constant "k")
  foreach(word IN LISTS words)
    string(SUBSTRING "${word}" 0 1 first)
    string(SUBSTRING "${word}" 1 -1 rest)
    string(TOUPPER "${first}" first)
    string(APPEND constant "${first}${rest}")
  endforeach()

  file(READ "${file}" hex HEX)
  file(SIZE "${file}" size)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND declarations "extern const std::string_view ${constant};  // ${base}\n")
  # The final 0 keeps the array of an empty file legal; it is not part of the constant.
  string(APPEND definitions
    "static const char ${constant}Bytes[] = {\n${bytes}\n'\\x00'};\n"
    "constinit const std::string_view ${constant}(${constant}Bytes, ${size});\n")
endforeach()

file(WRITE "${FOLDER}/${NAME}.h"
  "#pragma once\n\n#include <string_view>\n\nnamespace iatk::embed {\n${declarations}}\n")
file(WRITE "${FOLDER}/${NAME}.cc"
  "#include \"iatk/embed/${NAME}.h\"\n\nnamespace iatk::embed {\n${definitions}}\n")
