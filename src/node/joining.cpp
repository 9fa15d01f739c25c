#include "node/joining.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <unistd.h>

#include "generations/ledger.hpp"
#include "join/admission.hpp"
#include "join/discovery.hpp"
#include "join/identity.hpp"
#include "join/pin.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr mode_t secret_mode = 0600;
/// More than any join data need.
constexpr std::size_t largest_input = std::size_t{1} << 20U;

struct GivenText {
    std::string name; ///< for messages
    std::string text;
};

GivenText read_standard_input() {
    GivenText given{"standard input", {}};
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) {
            throw_if_interrupted();
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

std::optional<GivenText> given_text(const NodeOptions& options) {
    if (options.join == "-") {
        return read_standard_input();
    }
    if (!options.join.empty()) {
        return GivenText{options.join, read_file(options.join)};
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

/// True if the kept data are the given ones, completed.
bool completes(const JoinData& kept, const JoinData& given) {
    return kept.is_complete() && kept.endpoint.name == given.endpoint.name &&
           kept.token == given.token && !given.is_complete() &&
           !pinned_certificates(kept.authority, names_of(given.pins), paths::join_data).empty();
}

std::optional<JoinData> found_data(const NodeOptions& options) {
    Diagnostics diagnostics;
    auto kept = kept_join_data(options, diagnostics);
    const auto text = given_text(options);
    if (!text) {
        diagnostics.throw_if_any();
        return kept;
    }
    auto given = parse(*text); // replaces a kept file, whatever is wrong with that
    return kept && diagnostics.empty() && completes(*kept, given) ? kept : given;
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

Finding no_worker(const JoinData& data, const NodeSpec& spec) {
    return {"JoinProfile", Severity::error,
            "profile " + spec.profile + " cannot join a cluster: " + data.at.text(),
            "only nodes without an API server can: use --profile worker"};
}

} // namespace

std::optional<JoinData> kept_join_data(const NodeOptions& options, Diagnostics& diagnostics) {
    const auto path = options.root.at(paths::join_data);
    if (::access(path.c_str(), R_OK) < 0 && errno == EACCES) {
        return std::nullopt;
    }
    const auto text = read_file_if_exists(path);
    return text ? std::optional(parse_join_data(path.string(), *text, diagnostics)) : std::nullopt;
}

std::shared_ptr<const JoinData> find_join_data(const NodeOptions& options) {
    auto data = found_data(options);
    if (!data) {
        return nullptr;
    }
    if (!data->is_complete()) {
        const auto complete = discover(*data, interrupt_token());
        data = parse({options.root.at(paths::join_data).string(), write_join_data(complete)});
    }
    return std::make_shared<const JoinData>(*std::move(data));
}

Findings check_joining(const NodeOptions& options, const NodeSpec& spec) {
    if (options.join_data == nullptr || !spec.provided.kubelet) {
        return {};
    }
    const auto& data = *options.join_data;
    if (const auto authority = own_authority(spec, options.root)) {
        return share_certificate(*authority, data.authority)
                   ? Findings{}
                   : Findings{of_another_cluster(data, spec.provided.api_server
                                                           ? paths::cluster_authority
                                                           : paths::kubelet_kubeconfig)};
    }
    if (spec.provided.api_server) {
        return {no_worker(data, spec)};
    }
    const auto machine_id = read_file_if_exists(options.root.at("/etc/machine-id")).value_or("");
    return check_admission(data,
                           {spec.node_name, std::string(trim(machine_id)),
                            parse_version(spec.release).value_or(Version{})},
                           interrupt_token());
}

void keep_join_data(const NodeOptions& options) {
    if (options.join_data == nullptr) {
        return;
    }
    const auto path = options.root.at(paths::join_data);
    const auto there = attributes_of(path);
    const bool is_secret = there && there->mode == secret_mode && there->uid == ::geteuid();
    if (is_secret && read_file(path) == options.join_data->text) {
        return;
    }
    if (!there) {
        auto ledger = read_ledger(options.root);
        ledger.note_file(paths::join_data, options.root);
        write_ledger(options.root, ledger);
    }
    make_directories(path.parent_path());
    write_file_atomically(path, options.join_data->text, {secret_mode, ::geteuid(), ::getegid()});
}

} // namespace k8s_node
