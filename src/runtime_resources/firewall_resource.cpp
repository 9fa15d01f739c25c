#include "runtime_resources/firewall_resource.hpp"

#include "support/error.hpp"

namespace k8s_node {

namespace {

/// A table that cannot be listed may exist, so it counts.
void look_at_nftables(const Removal& removal, std::vector<Leftover>& out) {
    constexpr const char* kind = "nftables";
    try {
        for (auto& table : removal.host.nftables(removal.scope.ledger.cleanup.nftables_tables)) {
            out.push_back({kind, std::move(table)});
        }
    } catch (const Error& error) {
        out.push_back({kind, error.message()});
    }
}

class FirewallKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "firewall"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (auto& rule : removal.host.firewall(removal.scope.ledger.cleanup)) {
            out.push_back({name(), std::move(rule)});
        }
        look_at_nftables(removal, out);
        return out;
    }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::remove_firewall) {
            return;
        }
        const auto& cleanup = removal.scope.ledger.cleanup;
        removal.host.remove_firewall(cleanup);
        for (const auto& table : removal.host.nftables(cleanup.nftables_tables)) {
            removal.host.remove_nftables(table);
        }
    }

    [[nodiscard]] std::vector<NeededProgram>
    missing_programs(const Removal& removal) const override {
        const auto& ledger = removal.scope.ledger;
        std::vector<NeededProgram> missing;
        if (!ledger.cleanup.nftables_tables.empty() && ledger.programs.contains("nft") &&
            !removal.host.has_program("nft")) {
            missing.push_back({"nft", "remove nftables tables"});
        }
        for (auto& program : removal.host.missing_firewall_programs(ledger.cleanup)) {
            missing.push_back({std::move(program), "find and remove firewall rules"});
        }
        return missing;
    }
};

} // namespace

const ResourceKind& firewall_kind() {
    static const FirewallKind kind;
    return kind;
}

} // namespace k8s_node
