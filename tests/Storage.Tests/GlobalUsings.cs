// The journal has a [Fact] of its own.
global using FactAttribute = Xunit.FactAttribute;
