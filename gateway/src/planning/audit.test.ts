import { expect, test } from "@jest/globals";
import { type ModelledGraph, modelledGraph, type Row } from "../testing/modelled-graph.ts";

/**
 * The situations of the federation gateway audit (github.com/graphql-hive/federation-gateway-audit), each rebuilt on a model
 * of its own. What is right is what the same model answers without a federation.
 */
interface Situation {
  subgraphs: Record<string, string>;
  query: Omit<Row, "__typename">;
  entities?: Row[];
  operations: string[];
}

const row = (__typename: string, fields: Omit<Row, "__typename">): Row => ({ __typename, ...fields });

const book = row("Book", { id: "b1", title: "Soil", pages: 90, inStock: true, price: 12, weight: 300, sku: "S1" });
const other = row("Book", { id: "b2", title: "Rain", pages: 80, inStock: false, price: 12, weight: 200, sku: "S2" });
const journal = row("Journal", { id: "j1", title: "Light", issue: 4, inStock: true, price: 5, weight: 50, sku: "S3" });
Object.assign(book, { similar: [other, journal], twin: other, related: journal });
Object.assign(other, { similar: [book], twin: book, related: book });
Object.assign(journal, { similar: [book, other], twin: null, related: other });
const works = [book, other, journal];

const ann = row("User", { id: "u1", name: "Ann", nick: "A", email: "ann@x", age: 30, city: "Hull" });
const bob = row("User", { id: "u2", name: "Bob", nick: "B", email: "bob@x", age: 40, city: "Goole" });
const root = row("Admin", { id: "a1", name: "Root", level: 9 });
ann["friends"] = [bob];
bob["friends"] = [ann, null];
for (const account of [ann, bob, root]) account["similar"] = [ann, root];

const FED1 = "#fed1\n";

const SITUATIONS: Record<string, Situation> = {
  "abstract types": {
    subgraphs: {
      catalog: `
        type Query { works: [Work!]! found: [Found] }
        interface Work { id: ID! title: String similar: [Work] }
        union Found = Book | Journal
        type Book implements Work @key(fields: "id") { id: ID! title: String similar: [Work] pages: Int }
        type Journal implements Work @key(fields: "id") { id: ID! title: String similar: [Work] issue: Int }`,
      stock: `
        interface Work { id: ID! inStock: Boolean }
        type Book implements Work @key(fields: "id") { id: ID! inStock: Boolean }
        type Journal implements Work @key(fields: "id") { id: ID! inStock: Boolean price: Int }`,
    },
    query: { works, found: [journal, null, book] },
    entities: works,
    operations: [
      "{ works { id title inStock } }",
      "{ works { ... on Book { pages inStock } ... on Journal { issue price } } }",
      "{ works { similar { __typename id inStock ... on Book { pages similar { title ... on Work { inStock } } } } } }",
      "{ found { __typename ... on Work { id inStock } ... on Journal { price } } }",
      "{ works { ...W similar { ...W } } } fragment W on Work { id ... on Book { inStock } ... on Journal { price similar { inStock } } }",
    ],
  },
  "types of a field that differ": {
    subgraphs: {
      a: "type User { id: ID @shareable } type Query { users: [User!]! }",
      b: `
        union Account = User | Admin
        type User @key(fields: "id") { id: ID! name: String similar: [Account!]! }
        type Admin { id: ID name: String @shareable similar: [Account!]! }
        type Query { accounts: [Account!]! }`,
    },
    query: { users: [ann], accounts: [ann, root] },
    entities: [ann, bob],
    operations: [
      "{ users { id name } accounts { ... on User { id name } ... on Admin { id name } } }",
      "{ accounts { ... on User { id similar { ... on User { id name } ... on Admin { id name } } } ... on Admin { id similar { ... on User { id } ... on Admin { id name } } } } }",
    ],
  },
  "an interface that refers to itself": {
    subgraphs: {
      a: `
        type Query { work: Work }
        interface Work { twin: Work }
        type Book implements Work @key(fields: "id") { id: ID! twin: Book @provides(fields: "price") price: Int @external }`,
      b: `interface Work { price: Int } type Book implements Work @key(fields: "id") { id: ID! price: Int @shareable }`,
    },
    query: { work: book },
    entities: works,
    operations: [
      "{ work { twin { ... on Book { id price } } } }",
      "{ work { twin { price twin { ... on Book { price } twin { ... on Book { id price } } } } } }",
    ],
  },
  "keys made of lists and of other entities": (() => {
    const category = row("Category", { id: "c1", tag: "green" });
    const p1 = row("Product", { id: "1", pid: "p1", category, price: row("Price", { price: 10 }) });
    const p2 = row("Product", { id: "2", pid: "p2", category, price: row("Price", { price: 20 }) });
    category["main"] = p2;
    const list = row("ProductList", { products: [p1, p2], first: p1, selected: p2 });
    return {
      subgraphs: {
        products: `
          type Query { top: ProductList! }
          type ProductList @key(fields: "products { id }") { products: [Product!]! @shareable }
          extend type Product @key(fields: "id") { id: String! @external category: Category @shareable }
          type Category @key(fields: "id") { main: Product! @shareable id: String! tag: String @shareable }`,
        link: `type Product @key(fields: "id") @key(fields: "id pid") { id: String! pid: String! @shareable }`,
        list: `
          type ProductList @key(fields: "products { id pid }") { products: [Product!]! @shareable first: Product @shareable selected: Product @shareable }
          type Product @key(fields: "id pid") { id: String! pid: String @shareable }`,
        price: `
          type ProductList @key(fields: "products { id pid category { id tag } } selected { id }") { products: [Product!]! @shareable first: Product @shareable selected: Product @shareable }
          type Product @key(fields: "id pid category { id tag }") { id: String! price: Price pid: String @shareable category: Category @shareable }
          type Category @key(fields: "id tag") { id: String! tag: String @shareable }
          type Price { price: Float! }`,
      },
      query: { top: list },
      entities: [p1, p2, list, category],
      operations: [
        "{ top { products { id pid price { price } category { main { id pid } id } } selected { id price { price } } first { id } } }",
      ],
    };
  })(),
  "Federation 1 with extends": {
    subgraphs: {
      a: `${FED1} type Query { random: User } type User @extends @key(fields: "id") { id: ID! @external rid: ID nick: String }`,
      b: `${FED1} type Query { named: User } type User @key(fields: "id") { id: ID! name: String nick: String }`,
    },
    query: { random: { ...ann, rid: "r" }, named: bob },
    entities: [ann, bob],
    operations: [
      "{ random { id rid name } }",
      "{ random { nick id } named { id nick name rid } }",
      "{ named { rid } }",
    ],
  },
  "Federation 1 with an extension that requires": {
    subgraphs: {
      a: `${FED1} extend type Query { us: [User] } extend type User @key(fields: "id") { id: ID! @external name: String @external greeting: String @requires(fields: "name") }`,
      b: `${FED1} type User @key(fields: "id") { id: ID! name: String }`,
    },
    query: { us: [ann, bob] },
    entities: [ann, bob],
    operations: ["{ us { greeting } }", "{ us { id name greeting } }"],
  },
  "external keys of extensions": {
    subgraphs: {
      price: `extend type Book @key(fields: "id") { id: ID! @external price: Int } type Query { cheapest: Book }`,
      names: `type Book @key(fields: "id") { id: ID! title: String! } type Query { books: [Book!]! }`,
    },
    query: { cheapest: book, books: [book, other] },
    entities: works,
    operations: ["{ cheapest { id price title } }", "{ books { title price id } }"],
  },
  "conditions beside fields that are required": {
    subgraphs: {
      a: `type Query { book: Book } type Book @key(fields: "id") { id: ID! price: Int! }`,
      b: `type Book @key(fields: "id") { id: ID! price: Int! @external dear: String @requires(fields: "price") }`,
      c: `type Book @key(fields: "id") { id: ID! dear: String @external one: String @requires(fields: "dear") two: String @requires(fields: "dear") }`,
    },
    query: { book },
    entities: works,
    operations: [
      "query ($no: Boolean = false) { book { price one @include(if: $no) } }",
      "query ($yes: Boolean = true) { book { price one @skip(if: $yes) two } }",
      "query ($yes: Boolean = true) { book { one @include(if: $yes) ... on Book @skip(if: $yes) { two } } }",
      "query ($no: Boolean = false) { book { two @skip(if: $no) one @include(if: $no) dear @include(if: $no) } }",
    ],
  },
  "input objects of which only some fields are everywhere": {
    subgraphs: {
      a: `input Filter { first: Int! onlyA: Int } type Query { us(filter: Filter): [User!] } type User @key(fields: "id") { id: ID! }`,
      b: `input Filter { first: Int! } type User @key(fields: "id") { id: ID! name: String near(filter: Filter = { first: 3 }): String }`,
    },
    query: { us: [ann, bob] },
    entities: [ann, bob],
    operations: [
      "{ us(filter: { first: 2 }) { id name near } }",
      "query ($first: Int! = 4) { us { near(filter: { first: $first }) } }",
    ],
  },
  "an interface object that requires": {
    subgraphs: {
      a: `
        type Query { users: [Named!]! }
        interface Named @key(fields: "id") { id: ID! name: String }
        type User implements Named @key(fields: "id") { id: ID! name: String age: Int }
        type Bot implements Named @key(fields: "id") { id: ID! name: String version: String }`,
      b: `
        type Query { others: [Named] }
        type Named @key(fields: "id") @interfaceObject { id: ID! name: String @external login: String @requires(fields: "name") score: Int }`,
    },
    query: { users: [ann, row("Bot", { id: "x", name: "Bot", version: "1", score: 3 })], others: [bob, ann] },
    entities: [ann, bob, row("Bot", { id: "x", name: "Bot", version: "1", score: 3 })],
    operations: [
      "{ others { id name login } }",
      "{ users { id name login score } }",
      "{ others { ... on User { age } } }",
      "{ others { ... on User { age id name login } id name } }",
      "{ users { __typename ... on User { login score } ... on Bot { version score } } }",
      "{ others { ... on Bot { login } ... on User { score } } }",
    ],
  },
  "provides, and what is provided below it": (() => {
    const sub = row("Category", { id: "c2", name: "Clay", sub: [] });
    const category = row("Category", { id: "c1", name: "Earth", sub: [sub] });
    const product = row("Product", { id: "p1", categories: [category, sub] });
    return {
      subgraphs: {
        all: `
          type Query { products: [Product] @provides(fields: "categories { id name }") }
          type Product @key(fields: "id") { id: ID! categories: [Category!] @external }
          type Category @key(fields: "id") { id: ID! name: String @external }`,
        products: `type Product @key(fields: "id") { id: ID! categories: [Category!] @shareable } type Category @key(fields: "id") { id: ID! }`,
        subs: `type Category @key(fields: "id") { id: ID! name: String @shareable sub: [Category] }`,
      },
      query: { products: [product] },
      entities: [product, category, sub],
      operations: [
        "{ products { id categories { id name } } }",
        "{ products { categories { name sub { id name } } } }",
      ],
    };
  })(),
  "node, of two types in two subgraphs": (() => {
    const chat = row("Chat", { id: "c1", text: "hello" });
    return {
      subgraphs: {
        node: `type Query { productNode: Node @shareable categoryNode: Node @shareable } interface Node { id: ID! } type Book implements Node @key(fields: "id") { id: ID! } type Chat implements Node @key(fields: "id") { id: ID! }`,
        types: `interface Node { id: ID! } type Book implements Node @key(fields: "id") { id: ID! title: String } type Chat implements Node @key(fields: "id") { id: ID! text: String }`,
      },
      query: { productNode: book, categoryNode: chat },
      entities: [book, chat],
      operations: [
        "{ productNode { ...N } categoryNode { ...N } } fragment N on Node { __typename id ... on Book { title } ... on Chat { text } }",
      ],
    };
  })(),
  "override of fields of an interface": {
    subgraphs: {
      a: `
        type Query { feed: [Post] }
        interface Post { id: ID! createdAt: String! }
        type ImagePost implements Post @key(fields: "id") { id: ID! createdAt: String! }
        type TextPost implements Post @key(fields: "id") { id: ID! createdAt: String! body: String! }`,
      b: `
        type Query { more: [Post] }
        interface Post { id: ID! createdAt: String! }
        type ImagePost implements Post @key(fields: "id") { id: ID! createdAt: String! @override(from: "a") }`,
    },
    query: {
      feed: [
        row("ImagePost", { id: "i1", createdAt: "mon" }),
        row("TextPost", { id: "t1", createdAt: "tue", body: "x" }),
      ],
      more: [row("ImagePost", { id: "i1", createdAt: "mon" })],
    },
    entities: [
      row("ImagePost", { id: "i1", createdAt: "mon" }),
      row("TextPost", { id: "t1", createdAt: "tue", body: "x" }),
    ],
    operations: [
      "{ feed { id createdAt } }",
      "{ feed { createdAt ... on TextPost { body } } more { createdAt } }",
      "{ more { ... on ImagePost { id } ... on TextPost { id body } } }",
    ],
  },
  "override of what others require": {
    subgraphs: {
      a: `type Query { userA: User } type User @key(fields: "id") { id: ID name: String! @external inA: String! @requires(fields: "name") }`,
      b: `type Query { userB: User } type User @key(fields: "id") { id: ID name: String! inB: String! @shareable }`,
      c: `type Query { userC: User } type User @key(fields: "id") { id: ID name: String! @override(from: "b") inC: String! @requires(fields: "inB") inB: String! @external }`,
    },
    query: { userA: { ...ann, inB: "b" }, userB: { ...ann, inB: "b" }, userC: { ...ann, inB: "b" } },
    entities: [{ ...ann, inB: "b" }],
    operations: [
      "{ userA { id name inA inB inC } }",
      "{ userB { inA name } userC { inA inB inC } }",
      "{ userC { name } userB { inC } }",
    ],
  },
  "override from a subgraph that is not there": {
    subgraphs: {
      a: `type Query { book: Book } type Book @key(fields: "id") { id: ID! title: String! @override(from: "gone") }`,
      b: `type Query { bookB: Book } type Book @key(fields: "id") { id: ID! pages: Int @override(from: "a") }`,
    },
    query: { book, bookB: other },
    entities: works,
    operations: ["{ book { id title pages } bookB { title pages } }"],
  },
  "value types below an entity, each part elsewhere": (() => {
    const category = row("Category", { id: "3", details: "flat", name: "Tiles" });
    const product = row("Product", { id: "1", name: "Tile", category });
    return {
      subgraphs: {
        a: `type Product @key(fields: "id") { id: ID @external category: Category @shareable } type Category { details: String }`,
        b: `type Product @key(fields: "id") { id: ID @external category: Category @shareable } type Category { id: ID @shareable }`,
        c: `type Category @key(fields: "id") { id: ID @shareable name: String }`,
        d: `type Query { product: Product } type Product @key(fields: "id") { id: ID name: String }`,
      },
      query: { product },
      entities: [product, category],
      operations: [
        "{ product { name category { details id name } } }",
        "{ product { category { name } } }",
        "{ product { category { details } id } }",
      ],
    };
  })(),
  "provides on an interface": (() => {
    const dog = row("Dog", { id: "d1", name: "Rex", age: 3 });
    const cat = row("Cat", { id: "k1", name: "Tom", age: 5 });
    const media = row("Media", { id: "m1", animals: [dog, cat] });
    return {
      subgraphs: {
        a: `type Query { media: Media @shareable } type Media @key(fields: "id") { id: ID! }`,
        b: `
          type Query { mediaB: Media @provides(fields: "animals { id name }") }
          type Media @key(fields: "id") { id: ID! animals: [Animal] @external }
          interface Animal { id: ID! name: String }
          type Dog implements Animal @key(fields: "id") { id: ID! @external name: String @external }
          type Cat implements Animal @key(fields: "id") { id: ID! @external name: String @external }`,
        c: `
          type Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
          interface Animal { id: ID! name: String }
          type Dog implements Animal @key(fields: "id") { id: ID! @shareable name: String @shareable age: Int }
          type Cat implements Animal @key(fields: "id") { id: ID! @shareable name: String @shareable age: Int }`,
      },
      query: { media, mediaB: media },
      entities: [dog, cat, media],
      operations: ["{ media { id animals { id name } } }", "{ mediaB { animals { id name ... on Cat { age } } } }"],
    };
  })(),
  "provides on a union": {
    subgraphs: {
      a: `type Query { media: [Media] @shareable @provides(fields: "... on Book { title }") } union Media = Book | Movie type Book @key(fields: "id") { id: ID! title: String @external } type Movie @key(fields: "id") { id: ID! }`,
      b: `type Query { mediaB: [Media] } union Media = Book | Movie type Book @key(fields: "id") { id: ID! title: String @shareable } type Movie @key(fields: "id") { id: ID! title: String @shareable }`,
      c: `type Query { media: [Media] @shareable @provides(fields: "... on Book { title }") } union Media = Book | Movie type Book @key(fields: "id") { id: ID! title: String @external } type Movie @key(fields: "id") { id: ID! }`,
    },
    query: { media: [book, row("Movie", { id: "m1", title: "Reel" })], mediaB: [book] },
    entities: [...works, row("Movie", { id: "m1", title: "Reel" })],
    operations: [
      "{ media { ... on Book { id title } ... on Movie { id } } }",
      "{ media { ... on Book { title } ... on Movie { title } } mediaB { __typename } }",
    ],
  },
  "requires through an interface and its fragments": (() => {
    const home = row("Home", { id: "h1", city: "Hull" });
    const work = row("Work", { id: "w1", city: "York" });
    const users = [home, work, null].map((address, at) => row("User", { id: `u${at}`, name: "N", address }));
    return {
      subgraphs: {
        a: `
          type Query { a: [User] }
          interface Address { id: ID! }
          type Home implements Address @key(fields: "id") { id: ID! city: String @shareable }
          type Work implements Address @key(fields: "id") { id: ID! city: String @shareable }
          type User @key(fields: "id") {
            id: ID! name: String! @shareable address: Address @external
            city: String @requires(fields: "address { id }")
            country: String @requires(fields: "address { ... on Work { id } }")
            both: String @requires(fields: "address { ... on Work { city } ... on Home { id city } }")
          }`,
        b: `
          type Query { b: [User] }
          interface Address { id: ID! }
          type Home implements Address @key(fields: "id") { id: ID! city: String @shareable }
          type Work implements Address @key(fields: "id") { id: ID! city: String @shareable }
          type User @key(fields: "id") { id: ID! name: String! @shareable address: Address @shareable }`,
      },
      query: { a: users, b: users },
      entities: [home, work, ...users],
      operations: [
        "{ a { city } }",
        "{ a { country name } }",
        "{ b { city country address { __typename id } } }",
        "{ a { both city country } b { both } }",
      ],
    };
  })(),
  "what is required requires": {
    subgraphs: {
      a: `type Query { book: Book } type Book @key(fields: "id") { id: ID! price: Int! }`,
      b: `type Book @key(fields: "id") { id: ID! hasDiscount: String! weight: Int }`,
      c: `type Book @key(fields: "id") { id: ID! price: Int! @external hasDiscount: String! @external isExpensive: String! @requires(fields: "price") dearWithDiscount: String! @requires(fields: "hasDiscount") }`,
      d: `type Book @key(fields: "id") { id: ID! isExpensive: String! @external dearWithDiscount: String! @external canAfford: String! @requires(fields: "isExpensive") canAffordWithDiscount: String! @requires(fields: "dearWithDiscount") }`,
    },
    query: { book: { ...book, hasDiscount: "yes" } },
    entities: [{ ...book, hasDiscount: "yes" }],
    operations: [
      "{ book { canAffordWithDiscount } }",
      "{ book { canAfford canAffordWithDiscount weight } }",
      "{ book { isExpensive canAfford } }",
      "{ book { canAfford isExpensive dearWithDiscount canAffordWithDiscount price hasDiscount } }",
    ],
  },
  "requires in a circle of subgraphs": {
    subgraphs: {
      a: `type Query { feed: [Post] } type Post @key(fields: "id") { id: ID! novice: String! @external expert: String! @requires(fields: "novice") } type Author @key(fields: "id") { id: ID! years: Int! }`,
      b: `type Post @key(fields: "id") { id: ID! author: Author! novice: String! @requires(fields: "author { years }") } type Author @key(fields: "id") { id: ID! years: Int! @external }`,
    },
    query: { feed: [row("Post", { id: "p1", author: row("Author", { id: "a1", years: 7 }) })] },
    entities: [
      row("Post", { id: "p1", author: row("Author", { id: "a1", years: 7 }) }),
      row("Author", { id: "a1", years: 7 }),
    ],
    operations: ["{ feed { novice } }", "{ feed { expert } }", "{ feed { expert novice author { years } } }"],
  },
  "requires with arguments": (() => {
    const posts = ["p1", "p2"].map((id) => {
      const comments = ["x", "y", "z"].map((name) =>
        row("Comment", { id: `${id}${name}`, authorId: name, body: "same" }),
      );
      return row("Post", { id, comments });
    });
    const comments = posts.flatMap((post) => post["comments"] as Row[]);
    for (const comment of comments) comment["elsewhere"] = posts.slice(1);
    return {
      subgraphs: {
        c: `
          type Query { feed: [Post] }
          type Post @key(fields: "id") { id: ID! comments(limit: Int!): [Comment] @external }
          type Comment @key(fields: "id") { id: ID! authorId: ID body: String! elsewhere: [Post] @external spam: String @requires(fields: "elsewhere { comments(limit: 50) { id } }") }`,
        d: `
          type Post @key(fields: "id") { id: ID! author: String @requires(fields: "comments(limit: 3) { authorId }") first: String @requires(fields: "comments(limit: 1) { authorId }") comments(limit: Int!): [Comment] }
          type Comment @key(fields: "id") { id: ID! authorId: ID @external date: String elsewhere: [Post] }`,
      },
      query: { feed: posts },
      entities: [...posts, ...comments],
      operations: [
        "{ feed { author } }",
        "{ feed { author comments(limit: 1) { id } } }",
        "{ feed { comments(limit: 3) { spam } } }",
        "query ($limit: Int = 1) { feed { author comments(limit: $limit) { id } } }",
        "query ($limit: Int = 1) { feed { author ...F ...G } } fragment F on Post { comments(limit: $limit) { id } } fragment G on Post { comments(limit: $limit) { id } }",
        "{ feed { author first comments(limit: 9) { authorId spam } } }",
      ],
    };
  })(),
  "requires with fragments": (() => {
    const entities = [
      row("Bar", { foo: "f1", bar: "b1" }),
      row("Baz", { foo: "f2", bar: "b2", baz: "z2" }),
      row("Qux", { foo: "f3", qux: "q3" }),
    ].map((data, at) => row("Entity", { id: `e${at}`, data }));
    return {
      subgraphs: {
        a: `
          type Query { a: [Entity] }
          type Entity @key(fields: "id") { id: ID! data: Foo }
          interface Foo { foo: String! }
          interface Sub implements Foo { foo: String! }
          type Bar implements Foo & Sub { foo: String! bar: String! }
          type Baz implements Foo & Sub { foo: String! bar: String! baz: String! }
          type Qux implements Foo { foo: String! qux: String! }`,
        b: `
          type Query { b: [Entity] }
          type Entity @key(fields: "id") {
            id: ID! data: Foo @external
            requirer: String! @requires(fields: "data { foo ... on Bar { bar } ... on Baz { bar baz } ... on Qux { qux } }")
            requirer2: String! @requires(fields: "data { ... on Foo { foo } }")
          }
          interface Foo { foo: String! }
          type Bar implements Foo { foo: String! @external bar: String! @external }
          type Baz implements Foo { foo: String! @external bar: String! @external baz: String! @external }
          type Qux implements Foo { foo: String! @external qux: String! @external }`,
      },
      query: { a: entities, b: entities },
      entities,
      operations: [
        "{ a { requirer } }",
        "{ b { id requirer2 } }",
        "{ a { requirer requirer2 data { foo ... on Baz { baz } } } b { requirer requirer2 } }",
      ],
    };
  })(),
  "a root field shared by all": (() => {
    const product = row("Product", {
      id: "1",
      name: row("Name", { id: "1", brand: "B", model: "M" }),
      category: row("Category", { id: "1", name: "C" }),
      price: row("Price", { id: "1", amount: 5, currency: "GBP" }),
    });
    return {
      subgraphs: {
        category: `type Query { product: Product @shareable products: [Product] @shareable } type Product { id: ID! @shareable category: Category } type Category { id: ID! name: String }`,
        name: `type Query { product: Product @shareable products: [Product] @shareable } type Product { id: ID! @shareable name: Name } type Name { id: ID! brand: String model: String }`,
        price: `type Query { product: Product @shareable products: [Product] @shareable } type Product { id: ID! @shareable price: Price } type Price { id: ID! amount: Int currency: String }`,
      },
      query: { product, products: [product, product] },
      operations: [
        "{ product { id name { brand } category { name } price { amount } } }",
        "{ products { id price { id currency } name { id model } } }",
      ],
    };
  })(),
  "what is inaccessible is still required": {
    subgraphs: {
      a: `type Query { us: [User!]! } type User @key(fields: "id") { id: ID! age: Int @inaccessible name: String }`,
      b: `type User @key(fields: "id") { id: ID! age: Int @external friends(kind: Kind = CLOSE): [User] label: String @requires(fields: "age") } enum Kind { CLOSE FAR SECRET @inaccessible }`,
    },
    query: { us: [ann, bob] },
    entities: [ann, bob],
    operations: ["{ us { id label friends { id label name } } }", "{ us { friends(kind: FAR) { label } } }"],
  },
  "interface objects": (() => {
    const film = row("Film", { id: "1", title: "F", stars: 4, minutes: 90, note: "n1" });
    const song = row("Song", { id: "2", title: "S", stars: 2, bpm: 120, note: "n2" });
    return {
      subgraphs: {
        media: `
          type Query { media: [Media!]! one: Media }
          interface Media @key(fields: "id") { id: ID! title: String }
          type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
          type Song implements Media @key(fields: "id") { id: ID! title: String bpm: Int }`,
        stars: `type Query { best: Media rated: [Media] } type Media @interfaceObject @key(fields: "id") { id: ID! stars(scale: Int = 5): Int }`,
        notes: `type Query { noted: [Media] } type Media @interfaceObject @key(fields: "id") { id: ID! note: String }`,
      },
      query: { media: [film, song], one: song, best: film, rated: [song, null, film], noted: [film, song] },
      entities: [film, song],
      operations: [
        "{ media { id title stars note } }",
        "{ best { stars } }",
        "{ best { __typename id title } }",
        "{ rated { __typename stars ... on Film { minutes note } } }",
        "{ rated { ... on Song { stars } ... on Film { stars(scale: 10) } } }",
        "{ noted { stars note ... on Media { title } } one { note } }",
        "{ noted { __typename ... on Song { __typename bpm stars } } }",
        "{ noted { id __typename stars } rated { ...M } } fragment M on Media { note ... on Film { id stars } ... on Song { note title } }",
      ],
    };
  })(),
  "an interface extended beyond its interface object": (() => {
    const video = row("Video", { id: "1", title: "V", duration: 100, author: "J" });
    const playlist = row("Playlist", { id: "1", name: "P", media: video });
    return {
      subgraphs: {
        media: `
          type Query { media: Media }
          interface Media @key(fields: "id") { id: ID! title: String }
          type Video implements Media @key(fields: "id") { id: ID! title: String duration: Int }
          type Article implements Media @key(fields: "id") { id: ID! title: String words: Int }`,
        authors: `type Video @key(fields: "id") { id: ID! author: String }`,
        playlists: `type Query { playlist: Playlist } type Playlist @key(fields: "id") { id: ID! name: String media: Media } type Media @key(fields: "id") @interfaceObject { id: ID! }`,
      },
      query: { media: video, playlist },
      entities: [video, playlist],
      operations: [
        "{ media { id title ... on Video { duration author } ... on Article { words } } playlist { name media { id ... on Video { duration author } } } }",
      ],
    };
  })(),
  "override, and who provides": {
    subgraphs: {
      a: `type Query { feed: [Book] } type Book @key(fields: "id") { id: ID! title: String pages: Int @shareable }`,
      b: `type Query { feedB: [Book] @provides(fields: "pages") } type Book @key(fields: "id") { id: ID! title: String @override(from: "a") pages: Int @external weight: Int }`,
      c: `type Book @key(fields: "id") { id: ID! weight: Int @external pages: Int @external postage: String @requires(fields: "weight pages") twin: Book @provides(fields: "pages") }`,
    },
    query: { feed: works.slice(0, 2), feedB: [other] },
    entities: works,
    operations: [
      "{ feed { id title } feedB { title pages } }",
      "{ feed { postage twin { pages title postage } } }",
      "{ feedB { pages postage twin { pages twin { pages weight } } } }",
    ],
  },
  typenames: {
    subgraphs: {
      a: `type Query { union: Thing interface: Node } union Thing = Oven | Toaster interface Node { id: ID! } type Oven implements Node @key(fields: "id") { id: ID! } type Toaster implements Node @key(fields: "id") { id: ID! warranty: Int }`,
      b: `type Query { users: [Named] } interface Named @key(fields: "id") { id: ID! } type User implements Named @key(fields: "id") { id: ID! age: Int }`,
      c: `type Named @key(fields: "id") @interfaceObject { id: ID! name: String } type Oven @key(fields: "id") { id: ID! warranty: Int }`,
    },
    query: {
      union: row("Oven", { id: "1", warranty: 1 }),
      interface: row("Toaster", { id: "2", warranty: 2 }),
      users: [ann],
    },
    entities: [row("Oven", { id: "1", warranty: 1 }), row("Toaster", { id: "2", warranty: 2 }), ann],
    operations: [
      "{ __typename union { __typename } }",
      "{ union { a: __typename b: __typename ... on Oven { c: __typename id warranty } } t: __typename }",
      "{ interface { __typename id ... on Toaster { d: __typename warranty } ... on Node { e: __typename } } }",
      "{ users { __typename name } }",
      "{ users { ... on User { age __typename name } } }",
    ],
  },
  "unions and interfaces spread over subgraphs": (() => {
    const oven = row("Oven", { id: "1", warranty: 1 });
    const toaster = row("Toaster", { id: "2", warranty: 2 });
    return {
      subgraphs: {
        a: `
          type Query { products: [Product] node: Node nodes: [Node] toasters: [Toaster] }
          union Product = Oven | Toaster
          interface Node { id: ID! } interface Guaranteed { warranty: Int }
          type Oven @key(fields: "id") { id: ID! }
          type Toaster implements Node & Guaranteed @key(fields: "id") { id: ID! warranty: Int }`,
        b: `interface Node { id: ID! } interface Guaranteed { warranty: Int } type Oven implements Node & Guaranteed @key(fields: "id") { id: ID! warranty: Int }`,
      },
      query: { products: [oven, toaster], node: toaster, nodes: [toaster], toasters: [toaster] },
      entities: [oven, toaster],
      operations: [
        "{ products { ... on Guaranteed { warranty } } }",
        "{ products { ... on Node { id } } }",
        "{ products { ... on Node { ... on Guaranteed { warranty } ... on Oven { id warranty } } __typename } }",
        "{ nodes { id ... on Guaranteed { warranty } ... on Oven { warranty } } node { ... on Toaster { warranty } } }",
        "{ toasters { ... on Node { id ... on Guaranteed { warranty } } } }",
      ],
    };
  })(),
  "unions of which subgraphs know different members": (() => {
    const a = row("Song", { id: "s2", title: "Hum", aTitle: "a" });
    const b = row("Movie", { id: "m3", title: "Reel", bTitle: "b" });
    const own = { ...book, aTitle: "A Soil", bTitle: "B Soil" };
    return {
      subgraphs: {
        a: `
          union Media = Book | Song
          type Book @key(fields: "id") { id: ID! title: String! @shareable aTitle: String! }
          type Song @key(fields: "id") { id: ID! title: String! @shareable aTitle: String! }
          type Query { media: Media @shareable aMedia: Media book: Book @shareable song: Media viewer: Viewer @shareable }
          type Viewer { media: Media @shareable aMedia: Media book: Book @shareable }`,
        b: `
          union Media = Book | Movie
          type Book @key(fields: "id") { id: ID! title: String! @shareable bTitle: String! }
          type Movie @key(fields: "id") { id: ID! title: String! @shareable bTitle: String! }
          type Query { media: Media @shareable bMedia: Media book: Media @shareable viewer: Viewer @shareable }
          type Viewer { media: Media @shareable bMedia: Media book: Media @shareable }`,
      },
      query: {
        media: own,
        aMedia: own,
        bMedia: b,
        book: own,
        song: a,
        viewer: row("Viewer", { media: own, aMedia: own, bMedia: b, book: own }),
      },
      entities: [own, a, b],
      operations: [
        "{ media { ... on Book { title aTitle bTitle } } }",
        "{ aMedia { __typename ... on Book { title } ... on Movie { bTitle } ... on Song { aTitle } } }",
        "{ song { ... on Movie { title } } }",
        "{ bMedia { ... on Song { title } ... on Movie { title bTitle } } }",
        "{ viewer { media { __typename ... on Book { bTitle } } aMedia { ... on Movie { title } } book { ... on Book { aTitle bTitle } } bMedia { ... on Song { aTitle } } } }",
        "{ book { __typename ... on Book { id title } ... on Movie { id } } }",
      ],
    };
  })(),
  "unions whose members lead on": (() => {
    const review = row("Anonymous", { product: book });
    return {
      subgraphs: {
        a: `type Query { review: Review } type Book @key(fields: "id") { id: ID! } union Review = Anonymous | Signed type Anonymous { product: Book } type Signed { product: Book by: String }`,
        b: `type Book @key(fields: "id") { id: ID! pages: Int @shareable }`,
        c: `type Book @key(fields: "id") { id: ID! title: String pages: Int @shareable }`,
        d: `type Book @key(fields: "id") { id: ID! price: Int }`,
      },
      query: { review },
      entities: works,
      operations: [
        "{ review { ... on Anonymous { product { pages } } ... on Signed { product { title price } } } }",
        "{ review { ... on Anonymous { product { a: title price } } ... on Signed { product { a: pages by: id } by } } }",
      ],
    };
  })(),
  "aliases that are called like keys and required fields": {
    subgraphs: {
      a: `type Query { books: [Book] works: [Work] } interface Work { id: ID! } type Book implements Work @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! title: String twin: Book }`,
      b: `type Book @key(fields: "sku") { sku: ID! price: Int weight: Int }`,
      c: `type Book @key(fields: "id") { id: ID! price: Int @external tax: String @requires(fields: "price") pages: Int }`,
    },
    query: { books: [book, other], works: [book] },
    entities: works,
    operations: [
      "{ books { id: title pages } }",
      "{ books { sku: title price: weight tax } }",
      "{ works { id: __typename ... on Book { sku: pages twin { id: weight price: tax __typename: sku } } } }",
    ],
  },
};

for (const [situation, { subgraphs, query, entities = [], operations }] of Object.entries(SITUATIONS)) {
  let graph: ModelledGraph | undefined;
  test.each(operations)(`${situation}: %s`, async (operation) => {
    graph ??= modelledGraph(subgraphs, query, entities);
    const { data, errors } = await graph.run(operation);
    expect({ data, errors: errors.map(({ message }) => message) }).toEqual({
      data: (await graph.monolith(operation)).data,
      errors: [],
    });
  });
}
