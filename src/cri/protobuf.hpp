// The small part of Protocol Buffers that a few messages of the container runtime interface need:
// numbers, strings and messages, by field number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node::cri {

/// A message under construction. Fields are in the order of the calls.
class MessageWriter {
public:
    MessageWriter& number(unsigned field, std::uint64_t value);
    MessageWriter& text(unsigned field, std::string_view value);
    MessageWriter& message(unsigned field, const MessageWriter& value);
    /// Adds one entry of a map<string, string>.
    MessageWriter& entry(unsigned field, std::string_view key, std::string_view value);

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

private:
    void varint(std::uint64_t value);
    std::string bytes_;
};

/// A received message. Refers to the bytes that it was created from.
class Message {
public:
    /// Throws Error if it is not a message.
    explicit Message(std::string_view bytes);

    /// The last field with this number counts, as Protocol Buffers specifies; a missing one is 0,
    /// empty, or nullopt.
    [[nodiscard]] std::uint64_t number(unsigned field) const;
    [[nodiscard]] std::string text(unsigned field) const;
    [[nodiscard]] std::optional<Message> message(unsigned field) const;
    /// Returns all values of a repeated field, in order.
    [[nodiscard]] std::vector<Message> messages(unsigned field) const;
    /// Returns a value of a map<string, string>; empty without the key.
    [[nodiscard]] std::string entry(unsigned field, std::string_view key) const;

private:
    struct Field {
        unsigned number = 0;
        std::uint64_t value = 0; ///< of a number
        std::string_view bytes;  ///< of anything else
    };
    [[nodiscard]] const Field* last(unsigned field) const;
    std::vector<Field> fields_;
};

} // namespace k8s_node::cri
