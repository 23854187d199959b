# SPDX-License-Identifier: Apache-2.0
# cmake -DINPUTS=a.json;b.json -DOUTPUT=layouts.cc -P embed.cmake: the files as a table of names and contents.
file(WRITE "${OUTPUT}" "// SPDX-License-Identifier: Apache-2.0\n#include \"gateway/documents/layouts.h\"\n\nnamespace semafoor::documents {\n\n\
const std::vector<std::pair<std::string_view, std::string_view>>& builtin_layout_files() {\n\
  static const std::vector<std::pair<std::string_view, std::string_view>> kFiles{\n")
foreach(input IN LISTS INPUTS)
  file(READ "${input}" text)
  string(FIND "${text}" ")semafoor\"" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${input} holds the delimiter of the raw string")
  endif()
  get_filename_component(name "${input}" NAME)
  file(APPEND "${OUTPUT}" "      {\"${name}\", R\"semafoor(${text})semafoor\"},\n")
endforeach()
file(APPEND "${OUTPUT}" "  };\n  return kFiles;\n}\n\n}  // namespace semafoor::documents\n")
