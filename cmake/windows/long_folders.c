// SPDX-License-Identifier: Apache-2.0
//
// Why: of a folder whose path has 260 characters or more, mingw-w64 10 lists the current folder
// instead, without an error. std::filesystem lists and removes by it.
//
// What: the three functions that libstdc++ calls (_wopendir, _wreaddir, _wclosedir), for paths of
// any length. They go before the library's own.
//
// Source: seen under Wine; LongFolders in gateway/os/windows fails without this. With a later
// mingw-w64 see whether it is still so, and drop this if not.
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

enum { kNotStarted = 0, kEnded = -1 };

static int errno_of(DWORD error) {
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
      return ENOENT;
    case ERROR_ACCESS_DENIED:
      return EACCES;
    case ERROR_NOT_ENOUGH_MEMORY:
      return ENOMEM;
    default:
      return EIO;
  }
}

// "\\?\" frees a path of the old limit, in hosts without a manifest too. Needs room for 8 more.
static void free_of_limit(wchar_t* full) {
  const size_t length = wcslen(full);
  if (length < MAX_PATH - 12 || wcsncmp(full, L"\\\\?\\", 4) == 0) return;
  const int network = wcsncmp(full, L"\\\\", 2) == 0;
  const wchar_t* prefix = network ? L"\\\\?\\UNC" : L"\\\\?\\";
  const wchar_t* rest = network ? full + 1 : full;
  memmove(full + wcslen(prefix), rest, (wcslen(rest) + 1) * sizeof(wchar_t));
  memcpy(full, prefix, wcslen(prefix) * sizeof(wchar_t));
}

_WDIR* _wopendir(const wchar_t* path) {
  if (path == NULL || *path == L'\0') {
    errno = path == NULL ? EFAULT : ENOENT;
    return NULL;
  }
  const DWORD room = GetFullPathNameW(path, 0, NULL, NULL);
  _WDIR* folder = room == 0 ? NULL : calloc(1, sizeof(_WDIR) + (room + 16) * sizeof(wchar_t));
  if (folder == NULL) {
    errno = room == 0 ? errno_of(GetLastError()) : ENOMEM;
    return NULL;
  }
  GetFullPathNameW(path, room, folder->dd_name, NULL);
  free_of_limit(folder->dd_name);
  const DWORD attributes = GetFileAttributesW(folder->dd_name);
  if (attributes == INVALID_FILE_ATTRIBUTES || !(attributes & FILE_ATTRIBUTE_DIRECTORY)) {
    errno = attributes == INVALID_FILE_ATTRIBUTES ? errno_of(GetLastError()) : ENOTDIR;
    free(folder);
    return NULL;
  }
  const size_t length = wcslen(folder->dd_name);
  wcscpy(folder->dd_name + length, folder->dd_name[length - 1] == L'\\' ? L"*" : L"\\*");
  folder->dd_handle = (intptr_t)INVALID_HANDLE_VALUE;
  folder->dd_stat = kNotStarted;
  return folder;
}

struct _wdirent* _wreaddir(_WDIR* folder) {
  WIN32_FIND_DATAW found;
  if (folder->dd_stat == kEnded) return NULL;
  if (folder->dd_stat == kNotStarted) {
    const HANDLE search =
        FindFirstFileExW(folder->dd_name, FindExInfoBasic, &found, FindExSearchNameMatch, NULL, 0);
    folder->dd_handle = (intptr_t)search;
    folder->dd_stat = search == INVALID_HANDLE_VALUE ? kEnded : 1;
  } else if (!FindNextFileW((HANDLE)folder->dd_handle, &found)) {
    folder->dd_stat = kEnded;
  }
  if (folder->dd_stat == kEnded) {
    const DWORD error = GetLastError();
    if (error != ERROR_NO_MORE_FILES && error != ERROR_FILE_NOT_FOUND) errno = errno_of(error);
    return NULL;
  }
  wcscpy(folder->dd_dir.d_name, found.cFileName);
  folder->dd_dir.d_namlen = (unsigned short)wcslen(found.cFileName);
  return &folder->dd_dir;
}

int _wclosedir(_WDIR* folder) {
  if (folder->dd_handle != (intptr_t)INVALID_HANDLE_VALUE) FindClose((HANDLE)folder->dd_handle);
  free(folder);
  return 0;
}
