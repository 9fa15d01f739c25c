#include "join/joining.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <poll.h>
#include <unistd.h>

#include "join/admission.hpp"
#include "join/beginning.hpp"
#include "join/control_plane_check.hpp"
#include "join/discovery.hpp"
#include "join/identity.hpp"
#include "join/pin.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// More than any join data need.
constexpr std::size_t largest_input = std::size_t{1} << 20U;

struct GivenText {
    std::string name; ///< for messages
    std::string text;
};

/// Whoever types it may take their time; a signal ends that.
void wait_for_input() {
    std::array<pollfd, 2> watched{{{STDIN_FILENO, POLLIN, 0}, {interrupt_fd(), POLLIN, 0}}};
    while (::poll(watched.data(), watched.size(), -1) < 0) {
        if (errno != EINTR) {
            throw system_error(errno, "wait for standard input");
        }
    }
    throw_if_interrupted();
}

GivenText read_standard_input() {
    GivenText given{"standard input", {}};
    std::array<char, 4096> buffer{};
    for (;;) {
        wait_for_input();
        const auto size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            throw system_error(errno, "read join data from standard input");
        }
        if (size == 0) {
            return given;
        }
        given.text.append(buffer.data(), static_cast<std::size_t>(size));
        if (given.text.size() > largest_input) {
            throw Error("standard input has more than 1 MiB: these are no join data",
                        ExitStatus::usage);
        }
    }
}

std::optional<GivenText> given_text(const std::string& given) {
    if (given == "-") {
        return read_standard_input();
    }
    if (!given.empty()) {
        return GivenText{given, read_file(given)};
    }
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    if (credentials == nullptr) {
        return std::nullopt;
    }
    const auto path = fs::path(credentials) / "k8s_node.join";
    auto text = read_file_if_exists(path);
    return text ? std::optional(GivenText{path.string(), *std::move(text)}) : std::nullopt;
}

JoinData parse(const GivenText& given) {
    Diagnostics diagnostics;
    auto data = parse_join_data(given.name, given.text, diagnostics);
    diagnostics.throw_if_any();
    return data;
}

/// True if the kept data are the given ones, completed: by the cluster, or by a decision who begins
/// it.
bool completes(const JoinData& kept, const JoinData& given) {
    if (!kept.is_complete() || kept.endpoint.name != given.endpoint.name ||
        kept.token != given.token) {
        return false;
    }
    if (given.is_complete()) {
        return given.begins && kept.keys == given.keys;
    }
    return given.authority.empty()
               ? !pinned_certificates(kept.authority, names_of(given.pins), paths::join_data)
                      .empty()
               : share_certificate(kept.authority, given.authority);
}

std::optional<JoinData> found_data(const std::string& given, const Root& root) {
    Diagnostics diagnostics;
    auto kept = kept_join_data(root, diagnostics);
    const auto text = given_text(given);
    if (!text) {
        diagnostics.throw_if_any();
        return kept;
    }
    auto data = parse(*text); // replaces a kept file, whatever is wrong with that
    return kept && diagnostics.empty() && completes(*kept, data) ? kept : data;
}

Finding of_another_cluster(const JoinData& data, const char* authority) {
    return {"JoinCluster", Severity::error,
            "this node belongs to another cluster: the CA in " + std::string(authority) +
                " is not that of the join data, " + data.at.text(),
            std::string("to join the other one, remove this node first (k8s-node-install reset); "
                        "to stay, remove ") +
                paths::join_data};
}

/// Returns the CA of the cluster that this machine is a node of; nullopt if it is none yet.
std::optional<std::string> own_authority(const NodeSpec& spec, const Root& root) {
    if (spec.provided.api_server) {
        return read_file_if_exists(root.at(paths::cluster_authority));
    }
    return has_identity(root)
               ? std::optional(
                     read_kubeconfig(paths::kubelet_kubeconfig, root).certificate_authority)
               : std::nullopt;
}

Findings ask_admission(const JoinData& data, const NodeSpec& spec, const Root& root,
                       EventLoop& loop) {
    const auto machine_id = read_file_if_exists(root.at("/etc/machine-id")).value_or("");
    return check_admission(data,
                           {spec.node_name, std::string(trim(machine_id)),
                            parse_version(spec.release).value_or(Version{}),
                            spec.provided.api_server.has_value()},
                           loop);
}

/// Whoever begins a cluster has nobody to ask.
Findings check_new_control_plane(const JoinData& data, const NodeSpec& spec, const Root& root,
                                 EventLoop& loop) {
    auto findings = check_control_plane(data, spec, root);
    if (findings.empty() && !data.begins) {
        findings = ask_admission(data, spec, root, loop);
    }
    return findings;
}

} // namespace

std::optional<JoinData> kept_join_data(const Root& root, Diagnostics& diagnostics) {
    const auto path = root.at(paths::join_data);
    if (::access(path.c_str(), R_OK) < 0 && errno == EACCES) {
        throw Error("only root may read " + path.string() +
                    ", which says what this node's cluster is and holds a token")
            .try_this("run this command as root");
    }
    const auto text = read_file_if_exists(path);
    return text ? std::optional(parse_join_data(path.string(), *text, diagnostics)) : std::nullopt;
}

std::shared_ptr<const JoinData> find_join_data(const std::string& given, const Root& root,
                                               EventLoop& loop) {
    auto data = found_data(given, root);
    if (!data) {
        return nullptr;
    }
    if (!data->is_complete()) {
        const auto complete = discover(*data, loop);
        data = parse({root.at(paths::join_data).string(), write_join_data(complete)});
    }
    return std::make_shared<const JoinData>(*std::move(data));
}

Findings check_joining(const JoinData& data, const NodeSpec& spec, const Root& root,
                       EventLoop& loop) {
    if (!spec.provided.kubelet) {
        return {};
    }
    if (const auto authority = own_authority(spec, root);
        authority && !share_certificate(*authority, data.authority)) {
        return {of_another_cluster(data, spec.provided.api_server ? paths::cluster_authority
                                                                  : paths::kubelet_kubeconfig)};
    }
    if (has_identity(root)) {
        return {};
    }
    if (spec.provided.api_server) {
        return check_new_control_plane(data, spec, root, loop);
    }
    return check_joining_again(data, spec, root, loop);
}

Findings check_joining_again(const JoinData& data, const NodeSpec& spec, const Root& root,
                             EventLoop& loop) {
    if (!spec.provided.kubelet || spec.provided.api_server) {
        return {};
    }
    return ask_admission(data, spec, root, loop);
}

std::shared_ptr<const JoinData> decide_who_begins(const std::shared_ptr<const JoinData>& data,
                                                  const NodeSpec& spec, const Root& root,
                                                  EventLoop& loop) {
    if (data == nullptr || !spec.provided.api_server || !spec.provided.etcd) {
        return nullptr;
    }
    const auto decided =
        decide_beginning(*data,
                         {spec.node_name, spec.node_address,
                          path_exists(root.at(spec.provided.etcd->data) / "member")},
                         loop);
    return decided ? std::make_shared<const JoinData>(
                         parse({root.at(paths::join_data).string(), write_join_data(*decided)}))
                   : nullptr;
}

} // namespace k8s_node
