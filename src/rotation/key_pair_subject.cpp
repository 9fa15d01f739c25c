#include <algorithm>
#include <unistd.h>

#include "pki/key.hpp"
#include "pki/material.hpp"
#include "rotation/next_key.hpp"
#include "rotation/subject.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

class KeyPairSubject final : public Subject {
public:
    KeyPairSubject(const PkiSpec& spec, const KeyPairSpec& pair, const Root& root)
        : algorithm_(spec.key_algorithm), root_(root), paths_(paths_of(spec, pair)),
          key_(paths_.key, root) {}

    [[nodiscard]] std::string name() const override { return service_accounts; }

    void check() const override {
        const auto verdict = judge_key_pair(load_key(root_.at(paths_.key)),
                                            load_public_keys(root_.at(paths_.shown)));
        if (verdict.state != PkiState::good) {
            throw Error(root_.at(paths_.key).string() + " cannot be replaced: " +
                            (verdict.reason.empty() ? "it is missing" : verdict.reason),
                        ExitStatus::unsuitable)
                .try_this(verdict.hint.empty() ? "k8s-node-install repairs it" : verdict.hint);
        }
    }

    [[nodiscard]] std::optional<Phase> phase_of_files() const override { return key_.phase(); }

    [[nodiscard]] std::set<std::string> files() const override {
        return {paths_.shown.string(), paths_.key.string()};
    }

    [[nodiscard]] std::set<std::string> own_files() const override { return key_.own_files(); }

    void reach(const Rotation& rotation) override {
        switch (rotation.phase) {
        case Phase::trust:
            return trust_both();
        case Phase::use:
            return key_.take_place();
        case Phase::drop:
            write(public_key_to_pem(load_key(root_.at(paths_.key))));
            return key_.forget_old();
        }
    }

private:
    void write(const std::string& pem) const {
        write_file_atomically(root_.at(paths_.shown), pem, {0644, ::geteuid(), ::getegid()});
    }

    void trust_both() const {
        const auto key = key_.obtain(algorithm_);
        const auto known = load_public_keys(root_.at(paths_.shown));
        if (std::ranges::any_of(known, [&](const auto& each) { return same_key(key, each); })) {
            return;
        }
        std::string pem;
        for (const auto& each : known) {
            pem += public_key_to_pem(each);
        }
        write(pem + public_key_to_pem(key));
    }

    KeyAlgorithm algorithm_;
    Root root_;
    PairPaths paths_;
    NextKey key_;
};

} // namespace

std::unique_ptr<Subject> key_pair_subject(const PkiSpec& spec, const KeyPairSpec& pair,
                                          const Root& root) {
    return std::make_unique<KeyPairSubject>(spec, pair, root);
}

} // namespace k8s_node
