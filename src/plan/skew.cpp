#include "plan/skew.hpp"

#include <algorithm>

namespace k8s_node {

namespace {

/// The number of minor versions that a kubelet may be older than the API server.
constexpr int allowed_behind = 3;
/// Upstream's guide: every member of 3.6 is at this patch or later before the
/// first one of 3.7 starts.
constexpr Version last_step_before_3_7{3, 6, 11};

std::string step_text(const Version& from, const Version& to) {
    return from.text() + " to " + to.text();
}

bool is_minor_down(const Version& from, const Version& to) {
    return to.major < from.major || (to.major == from.major && to.minor < from.minor);
}

bool is_minor_up(const Version& from, const Version& to) {
    return to.major > from.major || (to.major == from.major && to.minor > from.minor);
}

bool is_jump(const Version& from, const Version& to) {
    return to.major != from.major || to.minor > from.minor + 1;
}

/// Returns the number of minor versions that `older` is behind; negative if it is ahead.
int minors_behind(const Version& older, const Version& newer) {
    return newer.minor - older.minor;
}

/// Returns why such a kubelet must not run with such an API server; empty if it may.
std::string kubelet_problem(const Version& kubelet, const Version& api_server) {
    const int behind = minors_behind(kubelet, api_server);
    if (behind < 0) {
        return "is newer than the API server " + api_server.text();
    }
    if (behind > allowed_behind) {
        return "is " + std::to_string(behind) + " minor versions older than the API server " +
               api_server.text() + ", " + std::to_string(allowed_behind) + " are allowed";
    }
    return {};
}

Finding error(const char* name, std::string message, std::string hint) {
    return {name, Severity::error, std::move(message), std::move(hint)};
}

Findings check_step(const SkewInput& input) {
    const auto& [from, to] = std::pair(input.current, input.target);
    if (is_minor_down(from, to)) {
        return {error("ReleaseDowngrade",
                      "changing from " + step_text(from, to) +
                          " is a minor version downgrade: the older version may not be able to "
                          "read what the newer one has stored",
                      "roll back to a generation that is kept, or restore an etcd snapshot from "
                      "before the upgrade")};
    }
    if (is_jump(from, to)) {
        return {error("ReleaseSkip",
                      "changing from " + step_text(from, to) + " skips a minor version",
                      "upgrade to " + Version{from.major, from.minor + 1, 0}.minor_text() +
                          " first, one minor version at a time")};
    }
    if (to < from) {
        return {
            {"ReleaseDowngrade", Severity::warning,
             "changing from " + step_text(from, to) + " returns to what the newer version fixed",
             "see its change log"}};
    }
    return {};
}

/// Checks this node's API server against the kubelets of other nodes and the other API servers of
/// the cluster.
Findings check_as_api_server(const SkewInput& input) {
    Findings findings;
    for (const auto& kubelet : input.kubelets) {
        if (input.roles.kubelet && kubelet.node == input.node_name) {
            continue; // upgraded with it
        }
        if (const auto problem = kubelet_problem(kubelet.version, input.target); !problem.empty()) {
            findings.push_back(error("KubeletSkew",
                                     "the kubelet " + kubelet.version.text() + " of node " +
                                         kubelet.node + " " + problem,
                                     "upgrade that node to an intermediate version first"));
        }
    }
    for (const auto& other : input.other_api_servers) {
        if (other.major != input.target.major || std::abs(minors_behind(other, input.target)) > 1) {
            findings.push_back(error("ApiServerSkew",
                                     "another API server of the cluster is " + other.text() +
                                         ", which is more than one minor version from " +
                                         input.target.text(),
                                     "change every control plane to one minor version first"));
        }
    }
    return findings;
}

/// Checks what this node runs against API servers elsewhere.
Findings check_as_client(const SkewInput& input) {
    Findings findings;
    for (const auto& server : input.other_api_servers) {
        const auto problem = input.roles.kubelet ? kubelet_problem(input.target, server) : "";
        if (!problem.empty()) {
            findings.push_back(error(
                "KubeletSkew", "the kubelet " + input.target.text() + " of this node " + problem,
                "upgrade the control planes first, workers after them"));
        }
        const int behind = minors_behind(input.target, server);
        if (input.roles.controllers && (behind < 0 || behind > 1)) {
            findings.push_back(
                error("ControllerSkew",
                      "controller manager and scheduler " + input.target.text() +
                          " must be at most one minor version older than the API server " +
                          server.text() + ", and never newer",
                      "upgrade the API servers first, then controller managers and schedulers"));
        }
    }
    return findings;
}

Findings check_etcd(const Version& from, const Version& to) {
    const auto step = "changing from etcd " + step_text(from, to);
    if (is_minor_down(from, to)) {
        return {error("EtcdSkew",
                      step + " is a minor version downgrade, which its data does not survive",
                      "restore a snapshot that the older version made")};
    }
    if (is_jump(from, to)) {
        return {error("EtcdSkew", step + " skips a minor version",
                      "choose a release with an etcd in between first")};
    }
    if (is_minor_up(from, to) && to.major == 3 && to.minor == 7 && from < last_step_before_3_7) {
        return {error("EtcdSkew",
                      step + " is not safe: members must be at " + last_step_before_3_7.text() +
                          " or later before",
                      "upgrade to the newest etcd 3.6 first")};
    }
    return {};
}

} // namespace

Findings check_skew(const SkewInput& input) {
    auto findings = check_step(input);
    append(findings, input.roles.api_server ? check_as_api_server(input) : check_as_client(input));
    if (input.current_etcd && input.target_etcd) {
        append(findings, check_etcd(*input.current_etcd, *input.target_etcd));
    }
    return findings;
}

std::vector<std::string> lasting_effects(const SkewInput& input) {
    std::vector<std::string> effects;
    if (input.roles.api_server && is_minor_up(input.current, input.target)) {
        effects.push_back("objects that the API server " + input.target.minor_text() +
                          " writes in a new storage version stay in it; " +
                          input.current.minor_text() + " may not be able to read them");
    }
    if (input.current_etcd && input.target_etcd &&
        is_minor_up(*input.current_etcd, *input.target_etcd)) {
        effects.push_back("etcd " + input.target_etcd->minor_text() +
                          " changes its data; a rollback makes it downgrade them for " +
                          input.current_etcd->minor_text() +
                          ", and needs the snapshot if it no longer runs");
    }
    return effects;
}

} // namespace k8s_node
