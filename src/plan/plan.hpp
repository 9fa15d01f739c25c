// What there is to do, as a value: shown by `plan`, executed by `install`.
#pragma once

#include <string>
#include <vector>

#include "model/finding.hpp"

namespace k8s_node {

/// In the order in which kinds of change take effect.
enum class ChangeKind {
    fetch,         ///< an artifact into the store
    issue,         ///< a key, certificate or kubeconfig
    set_mode,      ///< of a directory that services must get through
    write_file,    ///< a file outside of the generation
    remove_file,   ///< one that an earlier generation wrote and this one has not
    link,          ///< a symbolic link
    activate_file, ///< have systemd take a sysusers.d, sysctl.d … file into use
    generation,    ///< write a generation if it is new, and make it current
    reload,        ///< have systemd run the generator
    hand_over,     ///< start a second service that answers while its unit restarts
    stop_unit,
    start_unit,
    restart_unit,
    apply_object, ///< an object in the cluster
    wait_node,    ///< until the node is Ready
    start_pod,    ///< the sandbox of one, to see that pods run
    uncordon,     ///< a node that an earlier run of ours has kept from new pods
};

/// The word for a kind in the plan: "fetch", "restart", …
[[nodiscard]] const char* verb_of(ChangeKind kind);

/// One difference between what is and what shall be.
struct Change {
    ChangeKind kind = ChangeKind::fetch;
    std::string object; ///< "etcd.service", "/etc/crictl.yaml"
    std::string why;    ///< "is missing", "its configuration kubelet.yaml changes"
    std::string diff;   ///< line_diff of before and after, may be empty
    bool operator==(const Change&) const = default;
};

void append(std::vector<Change>& changes, std::vector<Change> more);

struct Plan {
    std::string subject; ///< "single, Kubernetes 1.36.5, node n1"
    std::vector<Change> changes;
    /// What is not as it should be and is left alone: somebody's own drop-in.
    std::vector<std::string> notes{};
    /// What speaks against it, and what going back would not undo; told with
    /// the plan where nothing is carried out.
    Findings findings{};
    std::vector<std::string> lasting{};

    [[nodiscard]] bool empty() const noexcept { return changes.empty(); }
    [[nodiscard]] std::vector<Change> of(ChangeKind kind) const;
    /// The changes whose kinds lie between two kinds, both included.
    [[nodiscard]] std::vector<Change> between(ChangeKind first, ChangeKind last) const;
};

/// For people: one line per change, then a diff where there is one. Ends with
/// how much there is to do.
[[nodiscard]] std::string plan_text(const Plan& plan, bool with_diffs);

/// {"subject":…,"changes":[{"action","object","reason","diff"}],"notes":[…],
/// "findings":[{"check","severity","message","hint"}],"lasting":[…]}
[[nodiscard]] std::string plan_json(const Plan& plan);

} // namespace k8s_node
