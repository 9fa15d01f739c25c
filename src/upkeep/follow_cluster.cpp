#include "upkeep/follow_cluster.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <unistd.h>

#include "engine/key_renewal.hpp"
#include "generations/ledger.hpp"
#include "generations/pending.hpp"
#include "join/identity.hpp"
#include "join/pin.hpp"
#include "rotation/follow.hpp"
#include "rotation/kept_join_data.hpp"
#include "rotation/kubelet_identity.hpp"
#include "support/messages.hpp"

namespace k8s_node {

namespace {

constexpr const char* phase = "rotation";
constexpr std::chrono::minutes patience{3};

/// The files that a joined node's services read about its CA and its identity, and that no
/// configuration of certificates lists, since the cluster gives them.
constexpr std::array given = {paths::cluster_authority, paths::kubelet_kubeconfig,
                              paths::kubelet_client};

bool names_one(const std::string& text) {
    return std::ranges::any_of(
        given, [&](const char* path) { return text.find(path) != std::string::npos; });
}

/// Returns the text of an input that the generation holds, at its place on the machine.
const std::string* file_at(const Generation& generation, const std::string& place) {
    const auto found = std::ranges::find_if(
        generation.files, [&](const auto& file) { return place_of(file.first) == place; });
    return found == generation.files.end() ? nullptr : &found->second;
}

/// Returns the units whose own file, or a file that they read, names one of those files.
std::set<std::string> readers_in(const Generation& current) {
    std::set<std::string> units;
    for (const auto& unit : current.manifest.units) {
        const auto body = current.files.find("units/" + unit.name);
        bool reads = body != current.files.end() && names_one(body->second);
        for (const auto& input : unit.inputs) {
            const auto* text = file_at(current, input.path);
            reads = reads || (text != nullptr && names_one(*text));
        }
        if (reads) {
            units.insert(unit.name);
        }
    }
    return units;
}

void write_bundle(const std::string& bundle, const Root& root) {
    write_file_atomically(root.at(paths::cluster_authority), bundle,
                          {0644, ::geteuid(), ::getegid()});
    update_kept_join_data(root);
}

void await_certificates(const std::string& signer, const System& system) {
    const auto deadline = EventLoop::Clock::now() + patience;
    while (own_report(system.root).used != std::set{signer}) {
        if (EventLoop::Clock::now() >= deadline) {
            throw Error("kubelet did not get certificates of the cluster's new CA in time",
                        ExitStatus::not_ready)
                .try_this("journalctl -u kubelet; kubectl get certificatesigningrequests");
        }
        system.loop.pause_until(EventLoop::Clock::now() + std::chrono::milliseconds(200));
    }
}

void demand(const Following& following, const Root& root) {
    if (following.renews_client) {
        demand_client_certificate(root);
    }
    if (following.renews_server) {
        demand_serving_certificate(root);
    }
}

/// A cluster that does not answer, or does not say which CAs it has, is no fault of this node.
std::optional<Following> try_to_look(const Generation& current, const System& system) {
    const auto say = [&](const std::string& why) {
        report(system, Priority::warning, phase, current.manifest.node_name,
               "this node does not follow the CAs of its cluster: " + why);
    };
    try {
        auto following = look_at_cluster(current.manifest, system.root, system.loop);
        const bool ours = read_ledger(system.root).contains(paths::cluster_authority);
        if (following && following->is_needed() && !ours) {
            say(std::string(paths::cluster_authority) + " is somebody else's, and differs");
            return std::nullopt;
        }
        return following;
    } catch (const Error& error) {
        say(error.message());
        return std::nullopt;
    }
}

/// Without it the control plane waits; this node works all the same, and says it the next time.
void try_to_report(const std::string& node, const System& system) {
    try {
        send_report(node, system.root, system.loop);
    } catch (const Error& error) {
        report(system, Priority::warning, phase, node,
               "the Node object does not say which CAs this node uses: " + error.message());
    }
}

} // namespace

Followed follow_cluster(const NodeSpec& spec, const Generation& current, System& system) {
    const auto following = system.services == nullptr ? std::nullopt : try_to_look(current, system);
    if (!following) {
        return Followed::nothing;
    }
    if (following->is_needed()) {
        note_pending(readers_in(current), system.root);
        write_bundle(following->bundle, system.root);
        const auto checked = check_renewal({spec, current}, {}, system);
        demand(*following, system.root);
        static_cast<void>(execute_renewal(checked, system));
        const auto signer =
            pin_of(parse_certificates(following->bundle, paths::cluster_authority).front());
        await_certificates(signer, system);
        report(system, Priority::notice, phase, current.manifest.node_name,
               "this node follows the CAs of its cluster", message::rotation_phase);
    }
    forget_demand(system.root);
    try_to_report(current.manifest.node_name, system);
    return following->is_needed() ? Followed::something : Followed::nothing;
}

} // namespace k8s_node
