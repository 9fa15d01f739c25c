// The decision about this boot: one type for each outcome, with the data that it needs.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "generators/input_tree.hpp"
#include "model/manifest.hpp"

namespace k8s_node::generator {

/// The environment that the service manager passes to generators, systemd.generator(7).
struct ManagerEnvironment {
    bool system = true;     ///< not a user's service manager
    bool initrd = false;    ///< before the switch to the root file system
    bool container = false; ///< the kernel command line is PID 1's
    std::string credentials_directory{};
};

/// No node was requested, so there is nothing to do.
struct Nothing {};

/// k8s_node.enabled=0.
struct Disabled {
    std::string word; ///< as written on the kernel command line
};

/// No node can be started, and the operator must see why.
struct Damaged {
    std::string message; ///< one line
    std::string source;  ///< the file at fault
};

/// No generation yet, or none that can be started; install one.
struct FirstBoot {
    std::string profile;
    std::string source;                     ///< where the profile was named
    std::vector<std::string> options{};     ///< of `install`, from the kernel command line
    std::vector<std::string> credentials{}; ///< of the service, which are there encrypted
    /// The generation of an earlier boot that was interrupted before all that it needs was there.
    std::optional<int> cut_off{};
};

/// A generation to start.
struct Node {
    int generation = 0;
    std::string directory{}; ///< "/etc/k8s-node/generations/7"
    Manifest manifest{};
    /// The target of `current`, if the kernel command line selects another generation.
    std::optional<std::string> replaced{};
    /// Store entries on a file system that is not mounted yet, checked when the units start.
    std::vector<std::string> unseen_store{};
    /// Store entries that a running first installation still fetches: it starts the units that need
    /// none of them.
    std::vector<std::string> awaited_store{};
    /// Set if the first boot that made it was interrupted before it was done.
    std::optional<FirstBoot> unfinished{};
};

using Decision = std::variant<Nothing, Disabled, Damaged, FirstBoot, Node>;

/// Examines the machine. What cannot be read or makes no sense becomes Damaged; this does not throw
/// Error.
[[nodiscard]] Decision decide(const InputTree& machine, const ManagerEnvironment& manager);

} // namespace k8s_node::generator
