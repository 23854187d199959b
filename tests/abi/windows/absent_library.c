// SPDX-License-Identifier: Apache-2.0
// Linked against, and never put where it would be found.
__declspec(dllexport) int semafoor_function_of_an_absent_library(void) {
  return 0;
}
