// SPDX-License-Identifier: Apache-2.0
//
// What callers may do: for which organisations, with which of their modules, and in which role
// they administer the gateway.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace semafoor::rpc {

// Who administers. An operator and a security officer may each do what a reader may, and neither
// what the other may: whoever runs the gateway does not also judge what was done with it.
enum class Role { reader, operating, security_officer };

inline constexpr std::array<const char*, 3> kRoleNames{"reader", "operator", "security-officer"};

constexpr const char* name_of(Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}
inline std::optional<Role> role_of(std::string_view name) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i)
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  return std::nullopt;
}

// What one rule gives.
struct Access {
  // Every role there is.
  bool admin = false;
  bool all_organisations = false;
  std::set<std::string, std::less<>> organisations;
  // "ebox", "knipperlicht", "feedback"; empty: all that the organisation has.
  std::set<std::string, std::less<>> modules;
  std::set<Role> roles;

  bool may_use(std::string_view organisation) const {
    return all_organisations || organisations.contains(organisation);
  }
  // An empty module: any.
  bool may_use(std::string_view organisation, std::string_view module) const {
    return may_use(organisation) && (module.empty() || modules.empty() || modules.contains(module));
  }
  bool has(Role role) const {
    return admin || roles.contains(role) || (role == Role::reader && !roles.empty());
  }
};

// The sum of rules. What one gives for an organisation it does not give for that of another.
class Rights {
 public:
  Rights() = default;
  Rights(Access access) { add(std::move(access)); }
  void add(Access access) { parts_.push_back(std::move(access)); }

  bool may_use(std::string_view organisation, std::string_view module = {}) const {
    return any([&](const Access& one) { return one.may_use(organisation, module); });
  }
  // In any role.
  bool administers() const { return has(Role::reader); }
  bool has(Role role) const {
    return any([&](const Access& one) { return one.has(role); });
  }
  // For every organisation there is or will be.
  bool has_everywhere(Role role) const {
    return any([&](const Access& one) { return one.has(role) && one.all_organisations; });
  }
  bool has(Role role, std::string_view organisation, std::string_view module = {}) const {
    return any(
        [&](const Access& one) { return one.has(role) && one.may_use(organisation, module); });
  }

 private:
  template <typename Fits>
  bool any(Fits fits) const {
    return std::any_of(parts_.begin(), parts_.end(), fits);
  }

  std::vector<Access> parts_;
};

}  // namespace semafoor::rpc
