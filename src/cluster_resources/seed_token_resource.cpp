#include "cluster_resources/seed_token_resource.hpp"

#include "cluster/api_client.hpp"
#include "cluster_resources/cluster_connection.hpp"
#include "generations/ledger.hpp"
#include "join/join_data.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

std::filesystem::path record_of(const Root& root) {
    return root.at(paths::state) / "seed-token";
}

/// True for the node that begins the cluster of its join data.
bool begins(const Manifest& manifest, const System& system) {
    const auto* data = system.join_data.get();
    return data != nullptr && data->begins && data->begins->name == manifest.node_name &&
           !manifest.cluster.admin_kubeconfig.empty() && data->begins_until &&
           utc_now() < *data->begins_until;
}

class SeedTokenKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "seed token"; }

    void differ(Comparison& comparison, const System& system) const override {
        if (comparison.spec == nullptr || !begins(comparison.next.manifest, system)) {
            return;
        }
        const auto& id = system.join_data->token.id;
        if (read_file_if_exists(record_of(system.root)) != id) {
            comparison.changes.push_back(
                {ChangeKind::admit, "token " + id, "the other machines of the seed have it", {}});
        }
    }

    [[nodiscard]] bool makes(ChangeKind change) const override {
        return change == ChangeKind::admit;
    }

    void apply(const std::vector<Change>& /*changes*/, Application& application,
               System& system) const override {
        const auto& data = *system.join_data;
        auto transport = connect(application.next.manifest.cluster.admin_kubeconfig, system);
        cluster::ApiClient client(transport);
        with_context("letting the machines of the seed join", [&] {
            client.apply(secret_of(data.token, {.id = data.token.id,
                                                .expires = data.begins_until,
                                                .description = "of the cluster's seed",
                                                .authenticates = true,
                                                .signs = true}));
        });
        write_file_atomically(record_of(system.root), data.token.id, {});
        report(system, Priority::info, "objects", data.token.id,
               "machines with the token " + data.token.id + " may join until " +
                   utc_text(*data.begins_until));
    }

    /// Only a run that has the join data can tell.
    [[nodiscard]] std::vector<Drift> drift(const Generation& /*current*/, int /*number*/,
                                           const System& /*system*/) const override {
        return {};
    }
};

} // namespace

const ResourceKind& seed_token_kind() {
    static const SeedTokenKind kind;
    return kind;
}

} // namespace k8s_node
