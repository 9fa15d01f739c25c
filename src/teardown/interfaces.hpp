// Network interfaces over rtnetlink(7).
#pragma once

#include <set>
#include <string>
#include <vector>

namespace k8s_node::teardown {

struct Interface {
    int index = 0;
    std::string name;
    std::string kind; ///< "bridge", "veth", …; empty for hardware
    int master = 0;   ///< index of the bridge that it is a port of
    bool operator==(const Interface&) const = default;
};

/// Returns the interfaces of this network namespace.
[[nodiscard]] std::vector<Interface> read_interfaces();

/// Returns the interfaces whose names match one of the patterns, except `theirs`, after the veth
/// ports of the bridges among them. Pure.
[[nodiscard]] std::vector<Interface> interfaces_to_remove(const std::vector<Interface>& all,
                                                          const std::vector<std::string>& patterns,
                                                          const std::set<std::string>& theirs);

/// Removes an interface; a missing one is not an error. Throws Error.
void remove_interface(const Interface& interface);

} // namespace k8s_node::teardown
