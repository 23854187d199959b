# SPDX-License-Identifier: Apache-2.0
# cmake -DINPUT=list.json -DOUTPUT=list.cc -DFUNCTION=builtin_list -P embed.cmake: the file as a function that returns it.
file(READ "${INPUT}" text)
string(FIND "${text}" ")semafoor\"" clash)
if(NOT clash EQUAL -1)
  message(FATAL_ERROR "${INPUT} holds the delimiter of the raw string")
endif()
file(WRITE "${OUTPUT}" "// SPDX-License-Identifier: Apache-2.0\n#include \"gateway/data/data_file.h\"\n\nnamespace semafoor::data {\n\n\
std::string_view ${FUNCTION}() {\n  return R\"semafoor(${text})semafoor\";\n}\n\n}  // namespace semafoor::data\n")
