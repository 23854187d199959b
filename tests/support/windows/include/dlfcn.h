/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests use of <dlfcn.h>, by Windows' own loader: the frozen host of ABI 1.0 is the same
 * source on both systems. Paths are UTF-8. A library's own folder is searched for what it needs.
 */
#ifndef SEMAFOOR_TESTS_DLFCN_H
#define SEMAFOOR_TESTS_DLFCN_H

#include <stdio.h>
#include <string.h>
#include <windows.h>

#define RTLD_NOW 1
#define RTLD_LOCAL 2
/* Gives what is loaded already, and counts it. */
#define RTLD_NOLOAD 4

static inline void* dlopen(const char* path, int flags) {
  wchar_t wide[2048];
  HMODULE library = NULL;
  if (MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 2048) == 0) return NULL;
  for (wchar_t* letter = wide; *letter != 0; ++letter)
    if (*letter == L'/') *letter = L'\\';
  if (flags & RTLD_NOLOAD)
    GetModuleHandleExW(0, wide, &library);
  else
    library =
        LoadLibraryExW(wide, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
  return (void*)library;
}

static inline void* dlsym(void* library, const char* name) {
  const FARPROC found = GetProcAddress((HMODULE)library, name);
  void* symbol;
  memcpy(&symbol, &found, sizeof symbol);
  return symbol;
}

static inline int dlclose(void* library) {
  return FreeLibrary((HMODULE)library) ? 0 : -1;
}

static inline const char* dlerror(void) {
  static char text[32];
  snprintf(text, sizeof text, "error %lu", GetLastError());
  return text;
}

#endif
