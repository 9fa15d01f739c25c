// A root of its own, a small but complete PKI to have in it, and the openssl
// command as a judge that shares no code with ours.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "pki/pki.hpp"
#include "pki/signing.hpp"
#include "pki/validation.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::pki_test {

/// What a command printed (both streams) and how it ended.
struct CommandResult {
    int status = 0;
    std::string output;
};

/// Runs a shell command.
[[nodiscard]] CommandResult run(const std::string& command);

/// One CA, a server and client leaf, a client leaf, a key pair, a kubeconfig.
[[nodiscard]] PkiSpec example_spec();

[[nodiscard]] std::chrono::sys_seconds now();

/// A CA and its key that are not on disk.
struct TestAuthority {
    KeyHandle key;
    CertificateHandle certificate;
};
[[nodiscard]] TestAuthority make_test_authority(const std::string& common_name, int days_before = 1,
                                                int days_after = 1000);

class PkiTest : public testing::Test {
protected:
    [[nodiscard]] Pki pki() const { return {spec_, root_, ownership_}; }
    [[nodiscard]] std::filesystem::path at(const std::string& name) const;
    [[nodiscard]] std::string pem(const std::string& name) const { return read_file(at(name)); }
    [[nodiscard]] CertificateHandle certificate(const std::string& name) const;
    [[nodiscard]] PkiItem look(PkiKind kind, const std::string& name) const;
    [[nodiscard]] PkiItem leaf(const std::string& name = "apiserver") const;
    [[nodiscard]] unsigned mode(const std::string& name) const;

    void issue_all() const;
    void put(const std::string& name, const std::string& content, mode_t mode = 0644) const;
    void put_authority(const std::string& name, const TestAuthority& authority) const;
    /// Replaces the certificate of a leaf that is on disk by one of the CA on
    /// disk for the same key, made for `spec` and this term in days from now.
    void reissue(const CertificateSpec& spec, int first_day, int last_day) const;
    /// The message of the Error that issuing the item ends in.
    [[nodiscard]] std::string refusal(const PkiItem& item) const;
    void expect_all_good() const;
    /// All files below the root with their content, to see that none changed.
    [[nodiscard]] std::vector<std::string> snapshot() const;

    PkiSpec spec_ = example_spec();
    PkiOwnership ownership_;
    test::TemporaryDirectory directory_;
    Root root_{directory_.path()};
};

} // namespace k8s_node::pki_test

namespace k8s_node {

// How GoogleTest prints these when an expectation fails.
inline void PrintTo(PkiState state, std::ostream* out) {
    *out << to_text(state);
}
inline void PrintTo(const PkiItem& item, std::ostream* out) {
    *out << item.name << ": " << to_text(item.state) << ": " << item.reason;
}

} // namespace k8s_node
