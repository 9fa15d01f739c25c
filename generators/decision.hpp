// What this boot is to be: one type for each answer, with what it needs.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "generators/input_tree.hpp"
#include "model/manifest.hpp"

namespace k8s_node::generator {

/// What the service manager tells its generators, systemd.generator(7).
struct ManagerEnvironment {
    bool system = true;     ///< not a user's service manager
    bool initrd = false;    ///< before the switch to the root file system
    bool container = false; ///< the kernel command line is PID 1's
    std::string credentials_directory{};
};

/// Not this program's business: no node was asked for.
struct Nothing {};

/// k8s_node.enabled=0.
struct Disabled {
    std::string word; ///< as it was written
};

/// No node can be started, and the operator must see why.
struct Damaged {
    std::string message; ///< one line
    std::string source;  ///< the file at fault
};

/// No generation yet, or none that can be started; install one.
struct FirstBoot {
    std::string profile;
    std::string source; ///< where the profile was named
    /// The generation that an earlier boot got to, without all that it needs.
    std::optional<int> cut_off{};
};

/// A generation to start.
struct Node {
    int generation = 0;
    std::string directory{}; ///< "/etc/k8s-node/generations/7"
    Manifest manifest{};
    /// What `current` points at, where the kernel command line chose another
    /// generation than that.
    std::optional<std::string> replaced{};
    /// Store entries that lie on a file system not mounted yet, to be checked
    /// when the units start.
    std::vector<std::string> unseen_store{};
    /// Store entries that a first installation, which is at work, still fetches:
    /// it starts the units that need none of them.
    std::vector<std::string> awaited_store{};
    /// The first boot that made it was cut off before it was done.
    std::optional<FirstBoot> unfinished{};
};

using Decision = std::variant<Nothing, Disabled, Damaged, FirstBoot, Node>;

/// Looks at the machine. What cannot be read or makes no sense becomes
/// Damaged; this does not throw Error.
[[nodiscard]] Decision decide(const InputTree& machine, const ManagerEnvironment& manager);

} // namespace k8s_node::generator
