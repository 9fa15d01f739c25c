#include <unistd.h>

#include "pki/encryption.hpp"
#include "rotation/encryption_keys.hpp"
#include "rotation/rewrite.hpp"
#include "rotation/subject.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

class EncryptionSubject final : public Subject {
public:
    EncryptionSubject(const EncryptionSpec& spec, const Root& root) : spec_(spec), root_(root) {}

    [[nodiscard]] std::string name() const override { return encryption; }

    void check() const override {
        for (const auto& resource : encrypted_resources(spec_.path, text())) {
            require_rewritable(resource);
        }
        static_cast<void>(key_names(spec_.path, text()));
    }

    /// Nothing but its name tells which of two keys is the new one.
    [[nodiscard]] std::optional<Phase> phase_of_files() const override {
        if (key_names(spec_.path, text()).size() > 1) {
            throw Error(root_.at(spec_.path).string() +
                            " has more than one key, and no record of this program says which of "
                            "them is the new one",
                        ExitStatus::unsuitable)
                .try_this("end that rotation by hand: one key, with which all Secrets are "
                          "written; then begin this one");
        }
        return std::nullopt;
    }

    [[nodiscard]] std::string name_of_new() const override {
        return free_key_name(spec_.path, text());
    }

    [[nodiscard]] std::set<std::string> files() const override { return {spec_.path}; }

    void reach(const Rotation& rotation) override {
        const auto path = root_.at(spec_.path);
        const auto before = read_file(path);
        const auto after = changed(before, rotation);
        if (after != before) {
            write_file_atomically(path, after, {0600, ::geteuid(), ::getegid()});
        }
    }

private:
    [[nodiscard]] std::string text() const { return read_file(root_.at(spec_.path)); }

    [[nodiscard]] std::string changed(const std::string& text, const Rotation& rotation) const {
        switch (rotation.phase) {
        case Phase::trust:
            return add_encryption_key(spec_.path, text, rotation.made, random_key());
        case Phase::use:
            return use_encryption_key(spec_.path, text, rotation.made);
        case Phase::drop:
            break;
        }
        return keep_encryption_key(spec_.path, text, rotation.made);
    }

    EncryptionSpec spec_;
    Root root_;
};

} // namespace

std::unique_ptr<Subject> encryption_subject(const EncryptionSpec& spec, const Root& root) {
    return std::make_unique<EncryptionSubject>(spec, root);
}

} // namespace k8s_node
