// SPDX-License-Identifier: Apache-2.0
//
// The names under which Windows knows the gateway's service. Its SID is made from the first
// (os/windows/private_access.h, plugins/runtime/windows): another name is another account.
#pragma once

namespace semafoor::app::windows {

constexpr wchar_t kServiceName[] = L"SemafoorGateway";
constexpr wchar_t kServiceAccount[] = L"NT SERVICE\\SemafoorGateway";
// What the event log calls it.
constexpr wchar_t kEventSource[] = L"Semafoor";

}  // namespace semafoor::app::windows
