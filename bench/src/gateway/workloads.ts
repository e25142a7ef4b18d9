/** What is asked of every gateway. */
export interface Workload {
  name: "big" | "callers" | "small";
  about: string;
  body: string;
  /** A different authorization header on each request, which is passed on: nothing can be shared between requests. */
  unique: boolean;
  /** Least ratios of requests a second, ours to theirs. */
  aims: { hive: number; stock: number };
}

const big = `
fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }
query TestQuery {
  users {
    ...User
    reviews {
      ...Review
      product {
        ...Product
        reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
      }
    }
  }
  topProducts {
    ...Product
    reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
  }
}`;

export const workloads: readonly Workload[] = [
  {
    name: "big",
    about: "one query of many fetches",
    body: JSON.stringify({ query: big }),
    unique: false,
    aims: { hive: 2.5, stock: 7 },
  },
  {
    name: "callers",
    about: "the same, each request with an authorization of its own",
    body: JSON.stringify({ query: big }),
    unique: true,
    aims: { hive: 4, stock: 8 },
  },
  {
    name: "small",
    about: "a query of one fetch",
    body: JSON.stringify({ query: "{ me { id name username } }" }),
    unique: false,
    aims: { hive: 10, stock: 10 },
  },
];
