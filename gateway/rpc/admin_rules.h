// SPDX-License-Identifier: Apache-2.0
//
// Who may call what of the Admin service, and of the services named "...Admin". A method without a
// row here does not compile.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "gateway/rpc/access.h"
#include "gateway/rpc/methods.h"

namespace semafoor::rpc {

// What an act of an administrator needs to say.
enum class Reason {
  none,
  // A dangerous act: metadata "semafoor-reason-bin".
  metadata,
  // A dangerous act that has a field for it, and checks that itself.
  request,
};

struct AdminRule {
  std::string_view method;
  Role role = Role::operating;
  Reason reason = Reason::none;
  // It is about all organisations: so must the role be.
  bool everywhere = false;
};

inline constexpr std::array kAdminRules{
    AdminRule{"Admin/GetStatus", Role::reader},
    AdminRule{"Admin/ListOrganisations", Role::reader},
    AdminRule{"Admin/ListOutbox", Role::reader},
    AdminRule{"Admin/GetBackup", Role::reader},
    AdminRule{"Admin/GetReadPolicy", Role::reader},
    AdminRule{"Admin/PutOrganisation", Role::operating},
    AdminRule{"Admin/SetModule", Role::operating},
    AdminRule{"Admin/SynchroniseOrganisation", Role::operating},
    AdminRule{"Admin/SetReadPolicy", Role::operating},
    AdminRule{"Admin/UploadMessage", Role::operating},
    AdminRule{"Admin/TestUpstream", Role::operating},
    AdminRule{"Admin/ReplayFeedback", Role::operating, Reason::request},
    AdminRule{"Admin/DiscardFeedback", Role::operating, Reason::request},
    AdminRule{"Admin/StartBackup", Role::operating, Reason::metadata},
    AdminRule{"Admin/ListCredentials", Role::reader, Reason::none, true},
    AdminRule{"Admin/TestCredential", Role::operating, Reason::none, true},
    AdminRule{"Admin/ImportCredential", Role::security_officer, Reason::request, true},
    AdminRule{"Admin/StepCredential", Role::security_officer, Reason::request, true},
    AdminRule{"Admin/EraseOrganisation", Role::security_officer, Reason::request},
    AdminRule{"Admin/GetRetention", Role::reader},
    AdminRule{"Admin/PreviewRetention", Role::reader},
    AdminRule{"Admin/SetRetention", Role::operating, Reason::metadata},
    AdminRule{"CodesAdmin/ListCodes", Role::reader},
    AdminRule{"CodesAdmin/CompareCodes", Role::operating, Reason::none, true},
    AdminRule{"CodesAdmin/LoadCodes", Role::operating, Reason::metadata, true},
    AdminRule{"CodesAdmin/WithdrawCodes", Role::operating, Reason::metadata, true},
    AdminRule{"CodesAdmin/RollbackCodes", Role::operating, Reason::metadata, true},
    AdminRule{"Admin/GetListReadings", Role::reader},
    AdminRule{"Admin/ReadListsAgain", Role::operating},
    AdminRule{"ChannelsAdmin/GetChannel", Role::reader},
    AdminRule{"ChannelsAdmin/GetReconciliation", Role::reader},
    AdminRule{"ChannelsAdmin/ListReturns", Role::reader},
    AdminRule{"ChannelsAdmin/SetChannel", Role::operating, Reason::metadata},
    AdminRule{"ChannelsAdmin/PrepareReturn", Role::operating},
    AdminRule{"ChannelsAdmin/GetReturnFile", Role::operating, Reason::metadata},
    AdminRule{"ChannelsAdmin/SendReturn", Role::operating, Reason::metadata},
    AdminRule{"ChannelsAdmin/ConfirmReturn", Role::operating, Reason::metadata},
    // Its preview needs no reason; it is asked for in the call.
    AdminRule{"Admin/MergeOrganisations", Role::operating, Reason::request},
    AdminRule{"Admin/ListMergers", Role::reader},
    AdminRule{"Admin/VerifyAudit", Role::reader},
    AdminRule{"Admin/ExportAudit", Role::security_officer, Reason::request},
    AdminRule{"Admin/WhoSaw", Role::security_officer, Reason::request},
    AdminRule{"Admin/ResolveAuditPerson", Role::security_officer, Reason::request},
    AdminRule{"Admin/StartPairing", Role::security_officer, Reason::metadata},
    AdminRule{"Admin/ListPaired", Role::security_officer},
    AdminRule{"Admin/RevokePaired", Role::security_officer, Reason::metadata},
    AdminRule{"ReportsAdmin/ShowStatistics", Role::reader},
    AdminRule{"ReportsAdmin/MakeInspection", Role::security_officer, Reason::request},
};

constexpr std::optional<AdminRule> admin_rule(std::string_view method) {
  const auto* const found =
      std::find_if(kAdminRules.begin(), kAdminRules.end(),
                   [&](const AdminRule& rule) { return rule.method == method; });
  return found == kAdminRules.end() ? std::nullopt : std::optional(*found);
}

constexpr bool every_admin_method_has_a_rule() {
  return std::all_of(kMethodNames.begin(), kMethodNames.end(), [](std::string_view name) {
    return name.find("Admin/") == std::string_view::npos || admin_rule(name).has_value();
  });
}
static_assert(every_admin_method_has_a_rule());

// By method; nothing for those of other services.
inline constexpr auto kRulesOfMethods = [] {
  std::array<std::optional<AdminRule>, kMethodNames.size()> rules{};
  for (std::size_t i = 0; i < rules.size(); ++i) rules[i] = admin_rule(kMethodNames[i]);
  return rules;
}();

constexpr const std::optional<AdminRule>& rule_of(Method method) {
  return kRulesOfMethods[index_of(method)];
}

}  // namespace semafoor::rpc
