#include "resources/join_resource.hpp"

#include <algorithm>
#include <filesystem>

#include "generations/backup.hpp"
#include "generations/ledger.hpp"
#include "join/identity.hpp"
#include "join/join_data.hpp"
#include "kubeconfig/kubeconfig.hpp"

namespace k8s_node {

namespace {

constexpr mode_t open_mode = 0644;
constexpr mode_t secret_mode = 0600;

/// A file of the join data, as it is to be.
struct JoinFile {
    std::string path;
    std::string content;
    mode_t mode;
};

/// True for a node that gets its identity from the cluster. A rollback asks for none.
bool joins(const Comparison& comparison, const System& system) {
    const auto& provided = comparison.next.manifest.provided;
    return comparison.spec != nullptr && system.join_data != nullptr && provided.kubelet &&
           !provided.api_server;
}

/// The kubelet asks for its identity at the address at which it will be served later.
std::string bootstrap_kubeconfig_of(const JoinData& data, const KubeletInstance& kubelet) {
    return render_token_kubeconfig(kubelet.server.empty() ? data.endpoint.name : kubelet.server,
                                   kubelet.tls_server_name, paths::cluster_authority,
                                   data.token.text());
}

std::vector<JoinFile> files_of(const JoinData& data, const KubeletInstance& kubelet,
                               const Root& root) {
    std::vector<JoinFile> files = {{paths::cluster_authority, data.authority, open_mode}};
    if (!has_identity(root)) {
        files.push_back(
            {paths::bootstrap_kubeconfig, bootstrap_kubeconfig_of(data, kubelet), secret_mode});
    }
    return files;
}

/// A CA certificate that an operator has put there may be written in another way.
bool is_as_wanted(const JoinFile& file, const std::string& content) {
    if (file.path != paths::cluster_authority) {
        return content == file.content;
    }
    try {
        return share_certificate(content, file.content);
    } catch (const Error&) {
        return false;
    }
}

void refuse_foreign(const JoinFile& file, const System& system) {
    if (read_ledger(system.root).contains(file.path)) {
        return;
    }
    if (system.foreign_files == ForeignFiles::replace) {
        require_room_for_backup(system.root.at(file.path), file.path);
        return;
    }
    throw Error(file.path + " already exists, differs from the join data, and was not written by "
                            "k8s-node-install",
                ExitStatus::unsuitable)
        .try_this("move it away, or run with --force to replace it (the old one is kept as " +
                  backup_of(file.path).string() + ", and reset restores it)");
}

/// Returns why a file is to be written; nullptr if it is as it shall be.
const char* lack_of(const JoinFile& file, const System& system) {
    const auto path = system.root.at(file.path);
    const auto there = attributes_of(path);
    if (!there) {
        return "is missing";
    }
    if (!is_as_wanted(file, read_file(path))) {
        refuse_foreign(file, system);
        return "differs from the join data";
    }
    return file.mode == secret_mode && there->mode != secret_mode ? "is readable by others"
                                                                  : nullptr;
}

void note(const JoinFile& file, const Root& root) {
    auto ledger = read_ledger(root);
    if (!ledger.contains(file.path)) {
        if (back_up(root.at(file.path))) {
            ledger.backups.insert(file.path);
        }
        ledger.note_file(file.path, root);
    }
    if (file.path == paths::cluster_authority) {
        ledger.keys.insert(file.path); // it belongs to the identity
    }
    write_ledger(root, ledger);
}

class JoinKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "join"; }

    void differ(Comparison& comparison, const System& system) const override {
        if (!joins(comparison, system)) {
            return;
        }
        for (const auto& file :
             files_of(*system.join_data, *comparison.next.manifest.provided.kubelet, system.root)) {
            if (const auto* why = lack_of(file, system)) {
                comparison.changes.push_back({ChangeKind::join, file.path, why, {}});
                comparison.replaced_paths.insert(file.path);
            }
        }
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::join;
    }

    void apply(const std::vector<Change>& changes, Application& application,
               System& system) const override {
        const auto& kubelet = *application.next.manifest.provided.kubelet;
        for (const auto& file : files_of(*system.join_data, kubelet, system.root)) {
            if (std::ranges::find(changes, file.path, &Change::object) == changes.end()) {
                continue;
            }
            const auto path = system.root.at(file.path);
            note(file, system.root);
            make_directories(path.parent_path());
            write_file_atomically(path, file.content, {file.mode, 0, 0});
        }
    }

    /// Only a run that has the join data can tell.
    [[nodiscard]] std::vector<Drift> drift(const Generation& /*current*/, int /*number*/,
                                           const System& /*system*/) const override {
        return {};
    }
};

class JoinedKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "token"; }

    /// One that an operator has put there is theirs.
    void differ(Comparison& comparison, const System& system) const override {
        if (!joins(comparison, system)) {
            return;
        }
        const bool there = path_exists(system.root.at(paths::bootstrap_kubeconfig)) &&
                           read_ledger(system.root).contains(paths::bootstrap_kubeconfig);
        const bool joined = has_identity(system.root);
        if (there || !joined) {
            comparison.changes.push_back(
                {ChangeKind::forget_token,
                 paths::bootstrap_kubeconfig,
                 joined ? "the node has its own identity" : "the node has its own identity then",
                 {}});
        }
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::forget_token;
    }

    void apply(const std::vector<Change>& /*changes*/, Application& /*application*/,
               System& system) const override {
        auto ledger = read_ledger(system.root);
        if (!has_identity(system.root) || !ledger.contains(paths::bootstrap_kubeconfig)) {
            return;
        }
        const auto path = system.root.at(paths::bootstrap_kubeconfig);
        if (!ledger.backups.contains(paths::bootstrap_kubeconfig) || !restore_backup(path)) {
            std::filesystem::remove(path);
        }
        ledger.forget(paths::bootstrap_kubeconfig);
        write_ledger(system.root, ledger);
    }

    [[nodiscard]] std::vector<Drift> drift(const Generation& /*current*/, int /*number*/,
                                           const System& /*system*/) const override {
        return {};
    }
};

} // namespace

void keep_join_data(const System& system) {
    if (system.join_data == nullptr) {
        return;
    }
    const auto& text = system.join_data->text;
    const auto path = system.root.at(paths::join_data);
    const auto there = attributes_of(path);
    const bool is_same = there && read_file(path) == text;
    if (is_same && there->mode == secret_mode) {
        return;
    }
    if (there && there->mode != secret_mode) { // the backup of it has its mode
        std::filesystem::permissions(path, std::filesystem::perms(secret_mode));
    }
    if (!is_same) {
        note({paths::join_data, text, secret_mode}, system.root);
    }
    make_directories(path.parent_path());
    write_file_atomically(path, text, {secret_mode, 0, 0});
}

const ResourceKind& join_kind() {
    static const JoinKind kind;
    return kind;
}

const ResourceKind& joined_kind() {
    static const JoinedKind kind;
    return kind;
}

} // namespace k8s_node
